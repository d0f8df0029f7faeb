namespace Godwit.Training.Selection.Evaluation.Baselines;

/// <summary>An inverted index of hashed features: scalar products with many rows at once.</summary>
public sealed class SparseIndex
{
    private readonly Dictionary<int, List<(int Row, float Weight)>> _postings = [];
    private readonly int _rows;

    /// <summary>Builds the index.</summary>
    public SparseIndex(IReadOnlyList<SparseRow> rows)
    {
        _rows = rows.Count;
        for (int r = 0; r < rows.Count; r++)
        {
            for (int i = 0; i < rows[r].Ids.Length; i++)
            {
                if (!_postings.TryGetValue(rows[r].Ids[i], out List<(int Row, float Weight)>? posting))
                {
                    _postings[rows[r].Ids[i]] = posting = [];
                }

                posting.Add((r, rows[r].Weights[i]));
            }
        }
    }

    /// <summary>The product of a query with every row.</summary>
    public float[] Products(SparseRow query)
    {
        float[] products = new float[_rows];
        for (int i = 0; i < query.Ids.Length; i++)
        {
            if (_postings.TryGetValue(query.Ids[i], out List<(int Row, float Weight)>? posting))
            {
                foreach ((int row, float weight) in posting)
                {
                    products[row] += weight * query.Weights[i];
                }
            }
        }

        return products;
    }
}
