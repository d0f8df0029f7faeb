namespace Godwit.Contracts.Migration;

/// <summary>
/// Body of <see cref="InternalPaths.Resume"/> at the destination of a move (COMMIT), and of <see cref="InternalPaths.Keep"/> at its source
/// (the destination failed). Answered with a stream of frames that begins with what the Gateway lacks.
/// </summary>
/// <param name="Request">Request id.</param>
/// <param name="Epoch">Its new epoch.</param>
/// <param name="From">Per choice the index of the token that the Gateway wants next.</param>
public sealed record ResumeCall(string Request, int Epoch, IReadOnlyList<int> From);
