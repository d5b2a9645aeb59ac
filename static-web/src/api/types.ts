import type { components } from './schema.gen';

type Schemas = components['schemas'];

export type Task = Schemas['TaskRead'];
export type Job = Schemas['JobRead'];
export type Label = Schemas['Label'];
export type LabelWrite = Schemas['PatchedLabelRequest'];
export type BackgroundRequest = Schemas['Request'];
export type BasicUser = Schemas['BasicUser'];
export type MetaUser = Schemas['User'];
export type DataMeta = Schemas['DataMetaRead'];
export type LabeledData = Schemas['LabeledData'];
export type LabeledShape = Schemas['LabeledShape'];
export type LabeledTrack = Schemas['LabeledTrack'];
export type TrackedShape = Schemas['TrackedShape'];
export type SubLabeledShape = Schemas['SubLabeledShape'];
export type DatasetFormat = Schemas['DatasetFormat'];
export type JobStage = Schemas['JobStage'];
export type JobState = Schemas['OperationStatus'];
export type ShapeType = Schemas['ShapeType'];

export interface Page<T> {
  readonly count: number;
  readonly results: readonly T[];
}

export interface ListQuery {
  readonly page: number;
  readonly page_size: number;
  readonly sort?: string;
  readonly search?: string;
  readonly filter?: string;
}

export const STAGES: readonly JobStage[] = ['annotation', 'validation', 'acceptance'];
export const STATES: readonly JobState[] = ['new', 'in progress', 'rejected', 'completed'];
