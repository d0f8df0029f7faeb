namespace Godwit.Contracts.Migration;

/// <summary>
/// Payload of the frame with <see cref="Frames.FrameFlags.Moved"/>, the source's OFFER: the request is parked here and ready there. The
/// source's stream ends with it.
/// </summary>
/// <param name="Destination">Who holds it ready.</param>
/// <param name="Epoch">Epoch under which the Gateway may resume it there: the source's + 1.</param>
/// <param name="Next">Per choice the index of the token that comes next.</param>
/// <param name="Order">Id of the order that this came of.</param>
/// <param name="Reason">The order's reason.</param>
/// <param name="Bytes">Bytes sent for this request.</param>
/// <param name="Stages">Stages of copying, the last one included.</param>
public sealed record MovedNotice(
    MigrationPeer Destination, int Epoch, IReadOnlyList<int> Next, string Order, string Reason, long Bytes, int Stages);
