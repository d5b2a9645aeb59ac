declare const unit: unique symbol;
type Unit<Name extends string> = { readonly [unit]: Name };

/** Clockwise, since y points down. */
export type Degrees = number & Unit<'degrees'>;
/** Frame number within the task, from 0. */
export type FrameIndex = number & Unit<'frame'>;

/** A place in the picture: pixels, origin at its top left corner. */
export type ImagePoint = { readonly x: number; readonly y: number } & Unit<'image'>;
/** A place on the canvas element: CSS pixels, origin at its top left corner. */
export type ScreenPoint = { readonly x: number; readonly y: number } & Unit<'screen'>;

export const imagePoint = (x: number, y: number): ImagePoint => ({ x, y }) as ImagePoint;
export const screenPoint = (x: number, y: number): ScreenPoint => ({ x, y }) as ScreenPoint;
export const degrees = (value: number): Degrees => value as Degrees;
