using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Godwit.Contracts;
using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Contracts.Scheduling;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Instances;
using Microsoft.Extensions.Options;

namespace Godwit.Scheduler.Orders;

/// <summary>Carries orders to workers and to the supervisor. Every order is idempotent there, and answered before it is carried out.</summary>
internal sealed class OrderClient : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);
    private readonly HttpClient _client;

    public OrderClient(IOptions<ClusterOptions> cluster)
    {
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromMilliseconds(500),
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(60),
        })
        {
            Timeout = Timeout,
        };
        if (cluster.Value.Secret is { } secret)
        {
            _client.DefaultRequestHeaders.Add(InternalHeaders.ClusterSecret, secret);
        }
    }

    /// <summary>Orders a worker to move requests away.</summary>
    public Task<OrderResult> MigrateAsync(InstanceView source, MigrationOrder order, CancellationToken cancellation) =>
        PostAsync(source.Registration.Address, InternalPaths.Migrations, order, ContractsJson.Default.MigrationOrder, cancellation);

    /// <summary>Orders a worker to stop, or to begin again, taking requests.</summary>
    public Task<OrderResult> DrainAsync(InstanceView instance, DrainOrder order, CancellationToken cancellation) =>
        PostAsync(instance.Registration.Address, InternalPaths.Drain, order, ContractsJson.Default.DrainOrder, cancellation);

    /// <summary>Orders a supervisor to start workers.</summary>
    public Task<OrderResult> StartAsync(SupervisorEntry supervisor, StartOrder order, CancellationToken cancellation) =>
        PostAsync(supervisor.Address, SupervisorPaths.Instances, order, ContractsJson.Default.StartOrder, cancellation);

    /// <summary>Orders a supervisor to stop a worker once it is empty.</summary>
    public Task<OrderResult> StopAsync(SupervisorEntry supervisor, string instance, CancellationToken cancellation) => SendAsync(
        new HttpRequestMessage(
            HttpMethod.Delete, new Uri(new Uri(supervisor.Address), $"{SupervisorPaths.Instances}/{Uri.EscapeDataString(instance)}")),
        cancellation);

    public void Dispose() => _client.Dispose();

    private Task<OrderResult> PostAsync<T>(string address, string path, T order, JsonTypeInfo<T> type, CancellationToken cancellation) =>
        SendAsync(
            new HttpRequestMessage(HttpMethod.Post, new Uri(new Uri(address), path))
            {
                Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(order, type))
                {
                    Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
                },
            },
            cancellation);

    private async Task<OrderResult> SendAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        {
            try
            {
                using HttpResponseMessage response = await _client.SendAsync(request, cancellation);
                byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation);
                return response.IsSuccessStatusCode
                    ? new OrderResult(Error: null, body)
                    : OrderResult.Failed(
                        ErrorOf(body, (int)response.StatusCode) ?? Failed($"{request.RequestUri} answered {(int)response.StatusCode}."));
            }
            catch (Exception e) when (e is HttpRequestException
                || (e is OperationCanceledException && !cancellation.IsCancellationRequested))
            {
                return OrderResult.Failed(Failed($"{request.RequestUri} cannot be reached: {e.Message}"));
            }
        }
    }

    private static ApiError? ErrorOf(byte[] body, int status)
    {
        try
        {
            // Of whom it asked the caller has no notion: a refusal of our secret there is a fault of ours.
            return status is 400 or 404 or 409 or 503
                ? JsonSerializer.Deserialize(body, ContractsJson.Default.ApiErrorBody)?.Error is { Message: not null } error
                    ? error with { Status = status }
                    : null
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static ApiError Failed(string message) => ApiError.Server(message, ApiErrorCodes.OrderFailed, 502);
}
