export function Logo({ size }: { size: number }) {
  return <img src="/logo.svg" width={size} height={size} alt="" />;
}
