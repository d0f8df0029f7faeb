using Godwit.Contracts.Diagnostics;
using Godwit.Router.Library;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Prometheus;

namespace Godwit.Router.Prediction;

/// <summary>
/// Reads the router file before the program listens, and again whenever another one lies in its place. One that does not fit is refused
/// with one line, and the old one stays.
/// </summary>
internal sealed partial class RouterFileLoop : BackgroundService
{
    private readonly RouterSlot _slot;
    private readonly ExpertCatalog _catalog;
    private readonly PredictionOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger<RouterFileLoop> _logger;
    private readonly Counter _files;
    private readonly Gauge _loaded;
    private readonly WatchedFile? _file;

    public RouterFileLoop(
        RouterSlot slot,
        ExpertCatalog catalog,
        IOptions<PredictionOptions> options,
        IOptions<LibraryOptions> library,
        TimeProvider time,
        IMetricFactory metrics,
        ILogger<RouterFileLoop> logger)
    {
        _slot = slot;
        _catalog = catalog;
        _options = options.Value;
        _time = time;
        _logger = logger;
        _files = metrics.CreateCounter(MetricNames.RouterFiles, "Router files read, by outcome.", ["outcome"]);
        _loaded = metrics.CreateGauge(MetricNames.RouterLoaded, "1 when a router file is in force.");
        string? path = options.Value.File
            ?? (library.Value.Folder is { } folder ? Path.Combine(folder, RouterFile.FileName) : null);
        _file = path is null ? null : new WatchedFile(path);
    }

    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (_file is null || !_file.Take())
        {
            LogNone(_logger, _file?.Path ?? RouterFile.FileName);
        }
        else
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

        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(_options.ReloadMs), _time);
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
            RouterModel model = RouterFile.Read(path, _options.Device == "cuda");
            if (_catalog.Refuses(model.Manifest) is { } misfit)
            {
                model.Dispose();
                throw new RouterFileException(misfit);
            }

            _slot.Put(model);
            _files.WithLabels("loaded").Inc();
            _loaded.Set(1);
            LogLoaded(_logger, path, model.Digest[..8], model.Manifest.Experts.Count);
        }
        catch (RouterFileException e)
        {
            _files.WithLabels("refused").Inc();
            LogRefused(_logger, path, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Router file {Path} ({Digest}) is in force; it knows {Experts} experts")]
    private static partial void LogLoaded(ILogger logger, string path, string digest, int experts);

    [LoggerMessage(Level = LogLevel.Error, Message = "Router file {Path} is refused, what was in force stays so: {Problem}")]
    private static partial void LogRefused(ILogger logger, string path, string problem);

    [LoggerMessage(Level = LogLevel.Warning, Message = "There is no router file {Path}: without one the generalist is chosen")]
    private static partial void LogNone(ILogger logger, string path);
}
