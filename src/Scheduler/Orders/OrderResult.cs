using Godwit.Contracts.OpenAI;

namespace Godwit.Scheduler.Orders;

/// <summary>What became of an order.</summary>
/// <param name="Error">Why it was not taken; null when it was.</param>
/// <param name="Body">What was answered when it was taken.</param>
internal sealed record OrderResult(ApiError? Error, byte[] Body)
{
    /// <summary>It was taken.</summary>
    public bool IsTaken => Error is null;

    public static OrderResult Failed(ApiError error) => new(error, []);
}
