/** A fault that is planted in a copy of the engine, to show that simulation finds it. */
export interface PlantedFault {
  readonly name: string;
  readonly file: string;
  /** Stands once in the file. */
  readonly text: string;
  readonly instead: string;
  /** A few seeds find it: cheap enough to be looked for in every run of the tests. */
  readonly isEasy?: true;
}
