namespace Godwit.Worker.Engine;

/// <summary>
/// The order in which sequences are served, most urgent first. A step of priority is worth <c>AgingSteps</c> engine steps of arrival, so
/// that less urgent work is overtaken for a bounded time only: the order is fixed at arrival, and whoever arrives late enough comes after
/// it, whatever his priority. That is why nothing starves.
/// </summary>
/// <param name="Rank">Priority × AgingSteps + step of arrival.</param>
/// <param name="Arrival">Number of the sequence, rising; decides between equal ranks.</param>
internal readonly record struct Urgency(long Rank, long Arrival) : IComparable<Urgency>
{
    /// <summary>The urgency of a sequence that arrives now.</summary>
    public static Urgency Of(int priority, long step, long arrival, int agingSteps) => new(((long)priority * agingSteps) + step, arrival);

    /// <inheritdoc/>
    public int CompareTo(Urgency other) => Rank != other.Rank ? Rank.CompareTo(other.Rank) : Arrival.CompareTo(other.Arrival);

    /// <summary>Whether this is served before the other.</summary>
    public bool ComesBefore(Urgency other) => CompareTo(other) < 0;
}
