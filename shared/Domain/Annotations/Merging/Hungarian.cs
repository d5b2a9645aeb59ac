namespace CvatServerless.Domain.Annotations.Merging;

/// <summary>The assignment of rows to columns with the least total cost (Jonker–Volgenant's shortest augmenting paths, O(rows² · columns)).</summary>
public static class Hungarian
{
    /// <summary>For each row its column, or −1 where there are more rows than columns and it got none.</summary>
    public static int[] Assign(double[,] cost)
    {
        var rows = cost.GetLength(0);
        var columns = cost.GetLength(1);
        if (rows <= columns)
        {
            return AssignWide(rows, columns, (row, column) => cost[row, column]);
        }

        var byColumn = AssignWide(columns, rows, (column, row) => cost[row, column]);
        var byRow = new int[rows];
        Array.Fill(byRow, -1);
        for (var column = 0; column < columns; column++)
        {
            byRow[byColumn[column]] = column;
        }

        return byRow;
    }

    private static int[] AssignWide(int rows, int columns, Func<int, int, double> cost)
    {
        // Index 0 is a sentinel; potentials u (rows) and v (columns) keep reduced costs non-negative.
        var u = new double[rows + 1];
        var v = new double[columns + 1];
        var rowOf = new int[columns + 1];
        var way = new int[columns + 1];
        for (var row = 1; row <= rows; row++)
        {
            rowOf[0] = row;
            var column = Augment(cost, columns, u, v, rowOf, way);
            while (column != 0)
            {
                rowOf[column] = rowOf[way[column]];
                column = way[column];
            }
        }

        var result = new int[rows];
        for (var column = 1; column <= columns; column++)
        {
            if (rowOf[column] > 0)
            {
                result[rowOf[column] - 1] = column - 1;
            }
        }

        return result;
    }

    private static int Augment(Func<int, int, double> cost, int columns, double[] u, double[] v, int[] rowOf, int[] way)
    {
        var shortest = new double[columns + 1];
        Array.Fill(shortest, double.PositiveInfinity);
        var used = new bool[columns + 1];
        var current = 0;
        do
        {
            used[current] = true;
            var row = rowOf[current];
            var delta = double.PositiveInfinity;
            var next = 0;
            for (var column = 1; column <= columns; column++)
            {
                if (used[column])
                {
                    continue;
                }

                var reduced = cost(row - 1, column - 1) - u[row] - v[column];
                if (reduced < shortest[column])
                {
                    (shortest[column], way[column]) = (reduced, current);
                }

                if (shortest[column] < delta)
                {
                    (delta, next) = (shortest[column], column);
                }
            }

            for (var column = 0; column <= columns; column++)
            {
                if (used[column])
                {
                    u[rowOf[column]] += delta;
                    v[column] -= delta;
                }
                else
                {
                    shortest[column] -= delta;
                }
            }

            current = next;
        }
        while (rowOf[current] != 0);
        return current;
    }
}
