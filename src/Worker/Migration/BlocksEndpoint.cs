using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Errors;
using Godwit.Worker.Migration.Wire;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Godwit.Worker.Migration;

/// <summary>The other end of <see cref="PeerConnections"/>: requests that other workers move here.</summary>
internal sealed partial class BlocksEndpoint(MigrationParts parts, IHostApplicationLifetime lifetime)
{
    /// <summary>Serves one connection.</summary>
    public async Task HandleAsync(HttpContext context)
    {
        if (context.Features.Get<IHttpUpgradeFeature>() is not { IsUpgradableRequest: true } upgrade
            || context.Request.Headers.Upgrade.ToString() != PeerConnections.Protocol)
        {
            await ApiErrors.WriteAsync(
                context, ApiError.Invalid($"This call wants an upgrade to {PeerConnections.Protocol}.", code: ApiErrorCodes.InvalidValue));
            return;
        }

        context.Response.Headers.Upgrade = PeerConnections.Protocol;
        using var wire = new WireConnection(await upgrade.UpgradeAsync());
        using CancellationTokenSource end =
            CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, lifetime.ApplicationStopping);
        var moves = new Dictionary<long, IncomingMove>();
        try
        {
            while (await wire.ReadAsync(end.Token) is { } frame)
            {
                using (frame)
                {
                    await HandleAsync(frame, wire, moves);
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The moves under way hear of it below.
        }
        catch (InvalidDataException e)
        {
            LogBroken(parts.Logger, e.Message);
        }

        foreach (IncomingMove move in moves.Values)
        {
            move.Lost();
        }
    }

    private async Task HandleAsync(WireFrame frame, WireConnection wire, Dictionary<long, IncomingMove> moves)
    {
        if (frame.Type == WireType.Prepare)
        {
            foreach (long over in moves.Where(entry => entry.Value.IsOver).Select(entry => entry.Key).ToArray())
            {
                moves.Remove(over);
            }

            PrepareMessage message = PrepareMessage.Read(frame.Payload);
            if (await RefuseAsync(message, wire))
            {
                return;
            }

            var move = new IncomingMove(message, wire, parts);
            moves[message.Move] = move;
            move.Ask();
        }
        else if (moves.TryGetValue(frame.Move, out IncomingMove? move))
        {
            await move.ReceiveAsync(frame);
        }
    }

    // What says nothing of the request itself is no matter of its machine.
    private async Task<bool> RefuseAsync(PrepareMessage message, WireConnection wire)
    {
        string? reason = message.Destination != parts.Self.BootId ? "another life"
            : message.Kinship != parts.Kinship ? "other weights, arithmetic or layout"
            : parts.Drain.IsDraining ? "draining"
            : !parts.Gate.TryEnter() ? Busy
            : null;
        if (reason is null)
        {
            return false;
        }

        await wire.SendAsync(new WireWriter(WireType.Refused, message.Move).Write(reason).Seal(), CancellationToken.None);
        return true;
    }

    /// <summary>The refusal of a worker that is at another move.</summary>
    public const string Busy = "busy";

    [LoggerMessage(1, LogLevel.Warning, "A connection of another worker was ended: {Reason}")]
    private static partial void LogBroken(ILogger logger, string reason);
}
