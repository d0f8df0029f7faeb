namespace Godwit.Contracts.Frames;

/// <summary>
/// One frame of the stream between Worker and Gateway (DESIGN §5.2): a small header that the Gateway reads, and an opaque payload
/// that it copies to the client.
/// </summary>
/// <param name="Flags">What the frame says besides its tokens.</param>
/// <param name="Choice">Index of the choice that the tokens belong to.</param>
/// <param name="FirstIndex">Index of the first token within the choice's output, from 0.</param>
/// <param name="TokenIds">Every token sampled since the choice's last frame, also when its text is held back.</param>
/// <param name="Payload">Bytes for the client, as the worker made them; empty when there are none.</param>
public sealed record Frame(FrameFlags Flags, int Choice, int FirstIndex, IReadOnlyList<int> TokenIds, ReadOnlyMemory<byte> Payload)
{
    /// <summary>Most bytes of one encoded frame; a longer one is refused as a broken stream.</summary>
    public const int MaxBytes = 64 * 1024 * 1024;

    /// <summary>Bytes before the token ids: total length, flags, version, choice, first index, token count.</summary>
    internal const int HeaderBytes = 4 + 1 + 1 + 2 + 4 + 4;

    /// <summary>Version of the encoding.</summary>
    internal const byte Version = 1;
}
