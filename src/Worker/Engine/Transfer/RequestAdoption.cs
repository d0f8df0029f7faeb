using Godwit.Worker.Sampling;

namespace Godwit.Worker.Engine.Transfer;

/// <summary>
/// A request that has begun elsewhere, made ready to go on here: prompts hashed, tokens run through detokeniser, stop strings, sampler and
/// constraint. Used by one caller at a time, and by nobody between the call and the end of an asynchronous method that is given it.
/// </summary>
/// <param name="request">The request.</param>
/// <param name="generation">Its face.</param>
/// <param name="preparation">Takes its tokens.</param>
internal sealed class RequestAdoption(EngineRequest request, Generation generation, RequestPreparation preparation)
{
    /// <summary>
    /// The request as whoever submits one sees it. The outputs that the tokens known so far make are there at once, from index 0 on; new
    /// ones only after <see cref="EngineLoop.AdoptAsync"/>. Disposing it before that gives it up (its reservation is freed apart).
    /// </summary>
    public Generation Generation { get; } = generation;

    /// <summary>The request.</summary>
    internal EngineRequest Request { get; } = request;

    /// <summary>
    /// Tells what the source has sampled further. Works on the caller's thread; takes time by the tokens told, not by those before.
    /// </summary>
    /// <param name="choice">Index of the choice within its request.</param>
    /// <param name="tokens">Its next output tokens.</param>
    /// <param name="logprobs">
    /// One entry per token; null: whoever wants them has them already, and outputs with these tokens, or with any before, carry none.
    /// </param>
    /// <exception cref="InvalidDataException">The tokens are not what this request can have sampled.</exception>
    public void Extend(int choice, IReadOnlyList<int> tokens, IReadOnlyList<TokenLogprobs>? logprobs = null) =>
        preparation.Replay(Request.Choices[choice], tokens, logprobs);
}
