using System.Globalization;
using Godwit.Contracts.Diagnostics;
using Prometheus;

namespace Godwit.Gateway.OpenAI;

/// <summary>Counts the answers of the public API.</summary>
internal sealed class RequestMetrics(IMetricFactory metrics)
{
    /// <summary>Status of a whole answer.</summary>
    public const string Answered = "200";

    /// <summary>What no instance had capacity for and nobody has answered yet: another model may.</summary>
    public const string Unanswered = "unanswered";

    /// <summary>Status of an answer that the client did not wait for.</summary>
    public const string ClientClosed = "client_closed";

    /// <summary>Status of a stream that ended with an error frame.</summary>
    public const string Broken = "broken";

    private readonly Counter _requests =
        metrics.CreateCounter(MetricNames.GatewayRequests, "Requests answered, by endpoint and status.", ["endpoint", "status"]);

    public void Count(string endpoint, int status) => Count(endpoint, status.ToString(CultureInfo.InvariantCulture));

    public void Count(string endpoint, string status) => _requests.WithLabels(endpoint, status).Inc();
}
