namespace Godwit.System.Tests.Processes;

/// <summary>
/// One <c>godwit up</c> with the bundled models, for all tests that only talk to it. Tests that hurt it start one of their own. All are in
/// this collection, so that they take turns: each has several processes and loads models.
/// </summary>
public sealed class SharedGodwit : IAsyncLifetime
{
    public const string Collection = "godwit processes";

    private RunningGodwit? _godwit;

    internal RunningGodwit Godwit => _godwit!;

    public async Task InitializeAsync() => _godwit = await RunningGodwit.UpAsync();

    public async Task DisposeAsync()
    {
        if (_godwit is not null)
            await _godwit.DisposeAsync();
    }
}

/// <summary>Names the collection.</summary>
[CollectionDefinition(SharedGodwit.Collection)]
public sealed class SharedGodwitCollection : ICollectionFixture<SharedGodwit>;
