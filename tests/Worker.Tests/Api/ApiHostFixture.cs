namespace Godwit.Worker.Tests.Api;

/// <summary>One <see cref="ApiHost"/> for all tests of a class that need no script of their own.</summary>
public sealed class ApiHostFixture : IAsyncLifetime
{
    internal ApiHost Host { get; private set; } = null!;

    public async Task InitializeAsync() => Host = await ApiHost.StartAsync();

    public async Task DisposeAsync() => await Host.DisposeAsync();
}
