/** The rig for tests on the real Docker Engine, restic and rclone. See README.md beside this file. */
export { type CliOptions, type RunningCli, runCli, startCli } from './cli.ts';
export type { Sections } from './config-file.ts';
export { fillWithOddFiles } from './data.ts';
export { compose, docker, dockerLines, volumesRoot } from './docker.ts';
export { createHost, type Host, type HostOptions, testHost, writeConfig, writeDirlist } from './host.ts';
export { type ContainerView, containersOf, inventory } from './inventory.ts';
export { leftovers } from './leftovers.ts';
export { type PrivateEngine, privateEngine } from './private-engine.ts';
export { type ProcessView, processesOf } from './processes.ts';
export { makeQuickRepository } from './quick-repository.ts';
export { initRepository, rclone, restic, restoreSnapshot, type SnapshotView, snapshots } from './restic.ts';
export { type Outcome, type RunOptions, run } from './run.ts';
export { fillDisk, loseMount, smallDisk } from './small-disk.ts';
export { composeYaml, defaultProject, type StackOptions, sleeper, stack, type TestStack } from './stack.ts';
export { projectRoot, requireRealParts, type ToolAge, testImage, toolAge, tools } from './tools.ts';
export { type CompareOptions, compareTrees } from './trees.ts';
