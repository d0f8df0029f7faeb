namespace Godwit.Worker.Migration.Wire;

/// <summary>What a frame between two workers says. Every payload begins with the move's number.</summary>
internal enum WireType : byte
{
    /// <summary>Source: may this request come? <see cref="PrepareMessage"/>.</summary>
    Prepare = 1,

    /// <summary>Destination: blocks are reserved.</summary>
    Prepared = 2,

    /// <summary>Destination: it may not, or cannot go on; with the reason.</summary>
    Refused = 3,

    /// <summary>Source: the bytes of some blocks.</summary>
    Blocks = 4,

    /// <summary>Source: what was sampled meanwhile, and which blocks follow those before. <see cref="StageMessage"/>.</summary>
    Stage = 5,

    /// <summary>Destination: all is here; with the hash of all tokens.</summary>
    Ready = 6,

    /// <summary>Source: the move is given up.</summary>
    Abort = 7,
}
