using System.Collections.Frozen;
using System.Text.Json;
using Godwit.Contracts.Library;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Godwit.Router.Library;

/// <summary>The model cards of the library's folder, as its file is now. A file that cannot be read leaves those of before.</summary>
internal sealed partial class CardShelf(IOptions<LibraryOptions> options, TimeProvider time, ILogger<CardShelf> logger) : BackgroundService
{
    private readonly WatchedFile? _file =
        options.Value.Folder is { } folder ? new WatchedFile(Path.Combine(folder, ModelLibrary.FileName)) : null;

    private volatile FrozenDictionary<string, ModelCard> _cards = FrozenDictionary<string, ModelCard>.Empty;

    /// <summary>The cards by the id of their model; another object after every change.</summary>
    public FrozenDictionary<string, ModelCard> Cards => _cards;

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        // Before the program listens, so that its first answer knows them.
        if (_file is not null && _file.Take())
        {
            Read(_file.Path);
        }

        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (_file is null)
        {
            return;
        }

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(options.Value.ReloadMs), time);
        while (await timer.WaitForNextTickAsync(stoppingToken))
        {
            if (_file.TakeIfChanged())
            {
                Read(_file.Path);
            }
        }
    }

    private void Read(string path)
    {
        try
        {
            using FileStream file = File.OpenRead(path);
            ModelLibrary? library = JsonSerializer.Deserialize(file, LibraryJson.Default.ModelLibrary);
            _cards = (library?.Models ?? []).ToFrozenDictionary(card => card.Id, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or ArgumentException)
        {
            LogUnreadable(logger, path, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The model cards in {Path} cannot be read and are not used: {Problem}")]
    private static partial void LogUnreadable(ILogger logger, string path, string problem);
}
