using static TorchSharp.torch;

namespace Godwit.Worker.Model;

/// <summary>What a token is before the first layer: its row of the table, scaled, plus its position's where positions are learned.</summary>
internal sealed unsafe class TokenEmbedding : IDisposable
{
    private readonly Tensor _table;
    private readonly Tensor? _positions;
    private readonly float* _tableRows;
    private readonly float* _positionRows;
    private readonly float _scale;
    private readonly int _width;

    public TokenEmbedding(DecoderWeights weights, ModelConfig config)
    {
        _table = weights.ReadEmbedding();
        _positions = weights.ReadPositions();
        _tableRows = RowBuffer.PointerTo(_table);
        _positionRows = _positions is null ? null : RowBuffer.PointerTo(_positions);
        _scale = weights.EmbeddingScale();
        _width = config.HiddenSize;
    }

    /// <summary>The table, [vocabulary, hidden].</summary>
    public Tensor Table => _table;

    /// <summary>Writes one token's row, [hidden].</summary>
    public void Write(float* row, int token, int position)
    {
        new ReadOnlySpan<float>(_tableRows + ((long)token * _width), _width).CopyTo(new Span<float>(row, _width));
        if (_scale != 1)
        {
            RowKernels.Scale(row, _scale, _width);
        }

        if (_positionRows != null)
        {
            RowKernels.Add(row, _positionRows + ((long)position * _width), _width);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _table.Dispose();
        _positions?.Dispose();
    }
}
