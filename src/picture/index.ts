export { createPictures, type PictureFault, type Pictures } from './draw-screen.ts';
