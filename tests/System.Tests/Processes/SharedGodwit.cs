namespace Godwit.System.Tests.Processes;

/// <summary>
/// One <c>godwit up</c> with the two oldest bundled models, for all tests that only talk to it. Tests that hurt it start one of their own. All are in
/// this collection, so that they take turns: each has several processes and loads models.
/// </summary>
public sealed class SharedGodwit : IAsyncLifetime
{
    public const string Collection = "godwit processes";

    // Set by .ci/run, to let the official client judge a godwit that was started otherwise.
    private static readonly string? s_elsewhere = Environment.GetEnvironmentVariable("GODWIT_TEST_API");

    private RunningGodwit? _godwit;

    /// <summary>Its processes; null when it was started elsewhere.</summary>
    internal RunningGodwit? Godwit => _godwit;

    /// <summary>Base address of its OpenAI API.</summary>
    public Uri Api => s_elsewhere is { Length: > 0 } address ? new Uri(address) : _godwit!.Api;

    public async Task InitializeAsync()
    {
        if (string.IsNullOrEmpty(s_elsewhere))
        {
            _godwit = await RunningGodwit.UpAsync("--workers", "stories260k=2", "--workers", "babyllama=1");
        }
    }

    public async Task DisposeAsync()
    {
        if (_godwit is not null)
        {
            await _godwit.DisposeAsync();
        }
    }
}

/// <summary>Names the collection.</summary>
[CollectionDefinition(SharedGodwit.Collection)]
public sealed class SharedGodwitCollection : ICollectionFixture<SharedGodwit>;
