namespace Godwit.Worker.Engine;

/// <summary>
/// An embedding in the making: pools the hidden states of a prompt's tokens as they are computed. It sums in double, in the order of the
/// tokens and each of them once, so that neither chunks nor a preemption change a bit.
/// </summary>
/// <param name="pooling">Which states count.</param>
/// <param name="promptLength">Tokens of the prompt.</param>
/// <param name="width">Entries of a state.</param>
internal sealed class HiddenPool(Pooling pooling, int promptLength, int width)
{
    // Made with the first state: an input that only waits costs nothing.
    private double[]? _sum;
    private int _next = pooling == Pooling.Last ? promptLength - 1 : 0;
    private int _pooled;

    /// <summary>The pooled state, not normalised; final when the last token was added.</summary>
    public IReadOnlyList<double> Result => [.. (_sum ?? new double[width]).Select(entry => entry / Math.Max(1, _pooled))];

    /// <summary>Whether the states of <paramref name="count"/> tokens from <paramref name="first"/> on bring anything new.</summary>
    public bool Wants(int first, int count) => first + count > _next;

    /// <summary>Adds the states of the tokens from <paramref name="first"/> on.</summary>
    public void Add(int first, ReadOnlySpan<float> states)
    {
        int count = states.Length / width;
        double[] sum = _sum ??= new double[width];
        for (; _next < first + count; _next++)
        {
            ReadOnlySpan<float> state = states.Slice((_next - first) * width, width);
            for (int i = 0; i < width; i++)
            {
                sum[i] += state[i];
            }

            _pooled++;
        }
    }
}
