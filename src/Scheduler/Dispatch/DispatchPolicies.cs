namespace Godwit.Scheduler.Dispatch;

/// <summary>The dispatch policies, by name.</summary>
internal static class DispatchPolicies
{
    /// <summary>The default.</summary>
    public const string Default = FreenessDispatchPolicy.PolicyName;

    /// <summary>All of them, the default first.</summary>
    public static IReadOnlyList<IDispatchPolicy> All { get; } =
    [
        new FreenessDispatchPolicy(),
        new LeastLoadedDispatchPolicy(),
        new RoundRobinDispatchPolicy(),
        new PowerOfTwoDispatchPolicy(),
        new PrefixDispatchPolicy(),
    ];

    /// <summary>The policy of that name, or null.</summary>
    public static IDispatchPolicy? Find(string name) => All.FirstOrDefault(policy => policy.Name == name);

    /// <summary>KV blocks that a request needs to begin at an instance: those of its prompt, and never more than a context.</summary>
    public static int BlocksToBegin(int promptTokens, int blockSizeTokens, int contextLength) =>
        (int)((Math.Clamp((long)promptTokens, 1, Math.Max(1, contextLength)) + blockSizeTokens - 1) / blockSizeTokens);
}
