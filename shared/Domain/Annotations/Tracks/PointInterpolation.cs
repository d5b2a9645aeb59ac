namespace CvatServerless.Domain.Annotations.Tracks;

/// <summary>Coordinates and angles between two key frames; <c>t</c> runs from 0 (left) to 1 (right). Source: contract-annotations.md §1.8.</summary>
internal static class PointInterpolation
{
    private const int CuboidAnglesStart = 3;
    private const int CuboidAnglesEnd = 6;

    public static double[] Linear(double[] left, double[] right, double t)
    {
        var points = new double[left.Length];
        for (var index = 0; index < points.Length; index++)
        {
            points[index] = left[index] + ((right[index] - left[index]) * t);
        }

        return points;
    }

    /// <summary>Degrees over the shorter arc. Exactly 180° apart counts as 1°, as in the original.</summary>
    public static double Rotation(double left, double right, double t)
    {
        var difference = right - left;
        var wrapped = difference - (360 * Math.Floor((difference + 180) / 360));
        var turn = Math.Abs(wrapped) == 180 ? 1 : wrapped;
        var angle = left + (turn * t);
        return angle - (360 * Math.Floor(angle / 360));
    }

    /// <summary>Centre and sizes linear, the three angles (radians) over the shorter arc.</summary>
    public static double[] Cuboid3D(double[] left, double[] right, double t)
    {
        var points = Linear(left, right, t);
        for (var index = CuboidAnglesStart; index < CuboidAnglesEnd; index++)
        {
            var from = Positive(left[index]);
            var to = Positive(right[index]);
            var turn = to - from;
            if (Math.Abs(turn) > Math.PI)
            {
                turn -= Math.CopySign(2 * Math.PI, turn);
            }

            var angle = Positive(from + (turn * t));
            points[index] = angle > Math.PI ? angle - (2 * Math.PI) : angle;
        }

        return points;
    }

    private static double Positive(double angle)
    {
        var turned = angle % (2 * Math.PI);
        return turned < 0 ? turned + (2 * Math.PI) : turned;
    }
}
