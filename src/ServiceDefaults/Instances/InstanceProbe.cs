using Microsoft.Extensions.Options;

namespace Godwit.ServiceDefaults.Instances;

/// <summary>Asks an instance whether it lives.</summary>
internal sealed class InstanceProbe(IOptions<InstanceRegistryOptions> options) : IDisposable
{
    private readonly HttpClient _client = new(new SocketsHttpHandler
    {
        UseProxy = false,
        AllowAutoRedirect = false,
        // A fresh connection for every probe: it asks the process that listens now, not one that listened before.
        PooledConnectionLifetime = TimeSpan.Zero,
    })
    {
        Timeout = TimeSpan.FromMilliseconds(options.Value.ProbeTimeoutMs),
    };

    public async Task<bool> LivesAsync(string address, CancellationToken cancellation)
    {
        try
        {
            Uri health = new(new Uri(address), ServiceDefaultsExtensions.HealthPath);
            using HttpResponseMessage response = await _client.GetAsync(health, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return false;
        }
    }

    public void Dispose() => _client.Dispose();
}
