using Godwit.Worker.StructuredOutput.Frames;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.StructuredOutput;

/// <summary>A constraint made into an automaton for one vocabulary. Immutable; any number of sequences may use it.</summary>
internal sealed class CompiledConstraint
{
    private readonly Frame _start;
    private readonly MaskCache _masks;

    internal CompiledConstraint(Frame start, MaskCache masks, long estimatedBytes)
    {
        _start = start;
        _masks = masks;
        EstimatedBytes = estimatedBytes;
    }

    /// <summary>Tokens that suffice for the shortest output; a request that allows fewer cannot be answered.</summary>
    public int MinTokens => _start.Need;

    /// <summary>Bytes of memory, roughly.</summary>
    public long EstimatedBytes { get; }

    /// <summary>A state before the first token.</summary>
    public ConstraintState Start() => new(this, _start, _masks);

    /// <summary>The state behind tokens that were sampled under this constraint.</summary>
    /// <exception cref="InvalidOperationException">They were not.</exception>
    public ConstraintState Replay(IEnumerable<int> outputTokens)
    {
        ConstraintState state = Start();
        foreach (int token in outputTokens)
        {
            if (!state.TryAdvance(token))
            {
                throw new InvalidOperationException($"Token {token} is not allowed by the constraint at this place of the output.");
            }
        }

        return state;
    }
}
