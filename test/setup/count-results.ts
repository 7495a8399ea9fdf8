import { writeFileSync } from 'node:fs';
import type { Reporter } from 'vitest/node';

/** What one vitest project came to. `failed` includes files that broke before their first test. */
export type ProjectCounts = {
  project: string;
  passed: number;
  failed: number;
  skipped: number;
};

/** A vitest reporter that writes the counts of every project to `file`, as JSON, when the run ends. */
export function countResults(file: string): Reporter {
  return {
    onTestRunEnd(modules, unhandledErrors) {
      const byProject = new Map<string, ProjectCounts>();
      for (const module of modules) {
        const project = module.project.name;
        const counts = byProject.get(project) ?? {
          project,
          passed: 0,
          failed: 0,
          skipped: 0,
        };
        byProject.set(project, counts);
        for (const test of module.children.allTests()) {
          const { state } = test.result();
          if (state === 'passed') counts.passed += 1;
          else if (state === 'skipped') counts.skipped += 1;
          else counts.failed += 1;
        }
        counts.failed += module.errors().length;
      }
      if (unhandledErrors.length > 0) {
        byProject.set('outside any test', {
          project: 'outside any test',
          passed: 0,
          failed: unhandledErrors.length,
          skipped: 0,
        });
      }
      writeFileSync(file, JSON.stringify([...byProject.values()]));
    },
  };
}
