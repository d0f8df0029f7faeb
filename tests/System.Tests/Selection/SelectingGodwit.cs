using Godwit.System.Tests.Processes;

namespace Godwit.System.Tests.Selection;

/// <summary>One <c>godwit up</c> whose Router has a file of the test's own, for tests that only ask it.</summary>
public sealed class SelectingGodwit : IAsyncLifetime
{
    /// <summary>Who is good at "select" at first.</summary>
    public const string Select = "babyllama";

    /// <summary>Who is good at "princess" at first.</summary>
    public const string Princess = "stories260k";

    private RunningGodwit? _godwit;

    /// <summary>The Router's file.</summary>
    internal RouterFiles Files { get; } = new();

    /// <summary>Base address of its OpenAI API.</summary>
    public Uri Api => _godwit!.Api;

    /// <summary>Arguments of <c>up</c>. A busy machine must not make the Gateway choose by itself.</summary>
    internal static string[] Arguments(RouterFiles files, params string[] more) =>
    [
        "--router-file", files.Path, "--threads", "1",
        "--set", "Gateway:Selection:DeadlineMs=60000", "--set", "Router:Prediction:ReloadMs=50", .. more,
    ];

    public async Task InitializeAsync()
    {
        Files.Write(Select, Princess);
        _godwit = await RunningGodwit.UpAsync(Arguments(Files, "--workers", "stories260k=1", "--workers", "babyllama=1"));
    }

    public async Task DisposeAsync()
    {
        if (_godwit is not null)
            await _godwit.DisposeAsync();
        Files.Dispose();
    }
}
