export { type CliAddress, writeCliAddress } from './address.ts';
export { type CliOptions, createCliEndpoint } from './endpoint.ts';
