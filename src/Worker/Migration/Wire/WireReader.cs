using System.Buffers.Binary;
using System.Text;
using Godwit.Worker.Sampling;

namespace Godwit.Worker.Migration.Wire;

/// <summary>Reads what <see cref="WireWriter"/> wrote.</summary>
/// <param name="payload">A frame's payload.</param>
internal ref struct WireReader(ReadOnlySpan<byte> payload)
{
    private ReadOnlySpan<byte> _rest = payload;

    /// <summary>A number.</summary>
    public int Int32()
    {
        int value = BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)));
        return value;
    }

    /// <summary>A number.</summary>
    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)));

    /// <summary>A number that is not negative.</summary>
    public int Natural()
    {
        int value = Int32();
        return value >= 0 ? value : throw new InvalidDataException($"A frame says {value} where no negative number can stand.");
    }

    /// <summary>A number of things of at least so many bytes each.</summary>
    public int Count(int bytesEach)
    {
        int count = Natural();
        return count <= _rest.Length / bytesEach
            ? count
            : throw new InvalidDataException($"A frame cannot hold {count} entries.");
    }

    /// <summary>Bytes.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Count(1));

    /// <summary>A text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>Numbers.</summary>
    public int[] Numbers()
    {
        int[] values = new int[Count(sizeof(int))];
        foreach (ref int value in values.AsSpan())
        {
            value = Int32();
        }

        return values;
    }

    /// <summary>Log-probabilities.</summary>
    public TokenLogprobs[] Scores()
    {
        var values = new TokenLogprobs[Count(4 * sizeof(int))];
        for (int i = 0; i < values.Length; i++)
        {
            int id = Int32();
            float logprob = Single();
            int rank = Int32();
            var top = new TokenLogprob[Count(2 * sizeof(int))];
            for (int j = 0; j < top.Length; j++)
            {
                top[j] = new TokenLogprob(Int32(), Single());
            }

            values[i] = new TokenLogprobs(id, logprob, rank, top);
        }

        return values;
    }

    /// <summary>All that is left.</summary>
    public ReadOnlySpan<byte> Rest() => Take(_rest.Length);

    private float Single() => BitConverter.Int32BitsToSingle(Int32());

    private ReadOnlySpan<byte> Take(int bytes)
    {
        if (bytes > _rest.Length)
        {
            throw new InvalidDataException("A frame ends too early.");
        }

        ReadOnlySpan<byte> taken = _rest[..bytes];
        _rest = _rest[bytes..];
        return taken;
    }
}
