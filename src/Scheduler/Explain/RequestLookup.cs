using Godwit.Contracts.Frames;
using Godwit.Contracts.Migration;
using Godwit.Contracts.OpenAI;
using Godwit.Scheduler.Decisions;
using Godwit.ServiceDefaults.Redis;

namespace Godwit.Scheduler.Explain;

/// <summary>What is known of one request.</summary>
/// <param name="Request">Its id inside the cluster.</param>
/// <param name="Trail">Where it was; null: its Gateway has written nothing.</param>
/// <param name="Dispatch">Its first dispatch; null: not by a Scheduler, or forgotten.</param>
internal sealed record KnownRequest(string Request, RequestTrail? Trail, DispatchDecided? Dispatch)
{
    /// <summary>Who has it, or had it last.</summary>
    public string Instance => Trail?.Instance ?? Dispatch!.Plan.Instance!;
}

/// <summary>Puts together what trails and the decision log know of a request.</summary>
internal sealed class RequestLookup(DecisionIndex index, DecisionStore decisions, TrailStore trails)
{
    /// <summary>What is known of a request by the id that a client has of it.</summary>
    /// <param name="id">The id.</param>
    /// <param name="searchLog">Look through the log in Redis for what this Scheduler did not decide itself.</param>
    /// <param name="cancellation">Gives up.</param>
    public async Task<(KnownRequest? Known, ApiError? Error)> FindAsync(string id, bool searchLog, CancellationToken cancellation)
    {
        string request = index.Resolve(id);
        DispatchDecided? dispatch = index.Find(request);
        RequestTrail? trail = null;
        try
        {
            // Trails have the client's id, and say which the cluster's is: a client may use its own more than once.
            trail = await trails.ReadAsync(id, cancellation) ?? await TrailOfInnerAsync(id, cancellation);
            if (trail is not null && trail.Request != request)
            {
                request = trail.Request;
                dispatch = index.Find(request);
            }

            if (dispatch is null && searchLog)
            {
                dispatch = await decisions.FindAsync(request, cancellation);
            }
        }
        catch (Exception e) when (RedisConnection.IsUnavailable(e))
        {
            if (dispatch is null)
            {
                return (null, Cluster.AdminCall.RedisAway());
            }
        }

        return trail is null && dispatch is null
            ? (null, ApiError.Invalid($"Nothing is known of a request '{id}'.", code: ApiErrorCodes.RequestNotFound, status: 404))
            : (new KnownRequest(request, trail, dispatch), null);
    }

    // The cluster's own id is as good, as long as the client has not used its part of it again.
    private async Task<RequestTrail?> TrailOfInnerAsync(string id, CancellationToken cancellation)
    {
        RequestTrail? trail = RequestIdTail.PublicPartOf(id) is { } publicId ? await trails.ReadAsync(publicId, cancellation) : null;
        return trail?.Request == id ? trail : null;
    }
}
