namespace Godwit.Worker.Model.Cpu.Rows;

/// <summary>
/// What a token is before the first layer: its row of the table, scaled, plus its position's where positions are learned. The tables stay
/// in the mapped files.
/// </summary>
internal sealed unsafe class TokenRows
{
    private readonly WeightTensor _table;
    private readonly float[]? _positions;
    private readonly float _scale;
    private readonly int _width;

    public TokenRows(DecoderFiles files, int width)
    {
        _table = files.Embedding.Parts[0];
        _scale = files.EmbeddingScale;
        _width = width;
        if (files.Positions is { } positions)
        {
            _positions = new float[positions.Parts[0].ElementCount];
            positions.Parts[0].CopyTo(_positions);
        }
    }

    /// <summary>Writes one token's row, [width].</summary>
    public void Write(float* row, int token, int position)
    {
        _table.CopyTo(new Span<float>(row, _width), (long)token * _width);
        if (_scale != 1)
        {
            RowKernels.Scale(row, _scale, _width);
        }

        if (_positions is not null)
        {
            fixed (float* positions = _positions)
            {
                RowKernels.Add(row, positions + ((long)position * _width), _width);
            }
        }
    }
}
