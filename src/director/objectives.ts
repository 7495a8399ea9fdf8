import type { Job, Log, Objective, Project, ProjectId, RepoName, Result } from '../domain/index.ts';
import { pause } from './pause.ts';

export type ObjectivePorts = {
  readonly store: {
    findProject(id: ProjectId): Promise<Project | null>;
    listProjects(): Promise<readonly Project[]>;
    enqueue(job: Job): Promise<void>;
    saveOpenObjectives(project: ProjectId, open: readonly Objective[], listedAt: Date): Promise<void>;
  };
  /** A project's open issues with the label of objectives. An error is one sentence. */
  readonly list: (repo: RepoName) => Promise<Result<readonly Omit<Objective, 'project'>[], string>>;
  readonly log: Log;
  readonly now: () => Date;
};

export type ObjectiveReader = {
  readonly read: (project: ProjectId) => Promise<void>;
  /** Asks for a job for each project again and again until the signal aborts. */
  readonly run: (everyMs: number, signal: AbortSignal) => Promise<void>;
};

/** Asks for what projects want: webhooks tell of changes, and not of what was there before nor of what nobody heard. */
export function createObjectiveReader({ store, list, log, now }: ObjectivePorts): ObjectiveReader {
  const read: ObjectiveReader['read'] = async (id) => {
    const project = await store.findProject(id);
    if (project === null) return;
    const listedAt = now();
    const listed = await list(project.repo);
    if (!listed.ok) {
      log.info({ repo: project.repo, why: listed.error }, 'the objectives of a project could not be read');
      return;
    }
    const open = listed.value.map((each) => ({ ...each, project: id }));
    await store.saveOpenObjectives(id, open, listedAt);
  };

  return {
    read,
    async run(everyMs, signal) {
      while (!signal.aborted) {
        try {
          for (const { id } of await store.listProjects())
            await store.enqueue({ kind: 'objectives', project: id });
        } catch (error) {
          if (!signal.aborted) log.error({ error }, 'objectives could not be asked for; it is tried again');
        }
        await pause(everyMs, signal);
      }
    },
  };
}
