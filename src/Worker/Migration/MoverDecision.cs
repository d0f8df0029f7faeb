namespace Godwit.Worker.Migration;

/// <summary>Which request moves, or why none does.</summary>
/// <param name="Index">Its place among the candidates; −1: none.</param>
/// <param name="Reason">Why it, or why none.</param>
/// <param name="GainMs">Delay that the move is predicted to spare all requests together.</param>
/// <param name="CostMs">Delay that it is predicted to cause.</param>
internal readonly record struct MoverDecision(int Index, MoverReason Reason, double GainMs, double CostMs)
{
    /// <summary>Some request moves.</summary>
    public bool Moves => Index >= 0;
}

/// <summary>What a choice of a request to move came to.</summary>
internal enum MoverReason
{
    /// <summary>The move pays.</summary>
    Pays,

    /// <summary>The instance shall stop, and this one goes next.</summary>
    MustLeave,

    /// <summary>No request may be moved.</summary>
    NoneMovable,

    /// <summary>None fits into what the destination can take.</summary>
    NoneFits,

    /// <summary>All would end before their copy does.</summary>
    NoneLasts,

    /// <summary>No move would spare more delay than it causes.</summary>
    NonePays,
}
