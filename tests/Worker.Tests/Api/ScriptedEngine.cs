using System.Collections.Concurrent;
using System.Text;
using System.Threading.Channels;
using Godwit.Worker.Api;
using Godwit.Worker.Engine;
using Godwit.Worker.Sampling;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;

namespace Godwit.Worker.Tests.Api;

/// <summary>The engine's side of <see cref="ServedModel.Submit"/>, driven by a test: every byte of a text is a token.</summary>
internal sealed class ScriptedEngine
{
    public const int Bos = 1;
    public const int Eos = 2;
    public const int FirstByte = 3;
    public const int VocabularySize = FirstByte + 256;

    /// <summary>Pieces of text with a character of two, three and four bytes, one that JSON escapes, and one that HTML would.</summary>
    public static readonly string[] Story = ["Once", " upon", "", " a grüße", " 雪🦩", " \"<end>\"\n"];

    /// <summary>Makes automata for the vocabulary of bytes.</summary>
    public ConstraintCompiler Constraints { get; } =
        new(TokenTrie.Build(VocabularySize, id => id < FirstByte ? [] : BytesOf(id), [Eos]));

    /// <summary>Requests in the order they came.</summary>
    public ConcurrentQueue<GenerationRequest> Requests { get; } = new();

    /// <summary>Completes when the first generation is disposed.</summary>
    public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>What a request gets; by default the story.</summary>
    public Action<GenerationRequest, ChannelWriter<SequenceOutput>> Script { get; set; } = (request, outputs) => Tell(request, outputs);

    /// <summary>Prompt tokens that a request's usage reports as cached.</summary>
    public int CachedTokens { get; set; }

    public Generation Submit(GenerationRequest request)
    {
        Requests.Enqueue(request);
        var channel = Channel.CreateUnbounded<SequenceOutput>();
        Script(request, channel.Writer);
        return new Generation(channel.Reader, () => CachedTokens, () => Disposed.TrySetResult());
    }

    /// <summary>The story for each choice, interleaved; choice i ends after all pieces but the last i, an odd i by length.</summary>
    public static void Tell(GenerationRequest request, ChannelWriter<SequenceOutput> outputs)
    {
        int[] next = new int[request.Prompts.Count * request.ChoicesPerPrompt];
        if (request.Sampling.MaxTokens == 0)
        {
            TellNothing(request, outputs);
            return;
        }

        for (int piece = 0; piece < Story.Length; piece++)
        {
            for (int choice = 0; choice < request.Prompts.Count * request.ChoicesPerPrompt; choice++)
            {
                int last = Math.Max(0, Story.Length - 1 - choice);
                if (piece <= last)
                {
                    FinishReason? finish = piece < last ? null : choice % 2 == 0 ? FinishReason.Stop : FinishReason.Length;
                    List<int> tokens = [.. Encode(Story[piece], false)];
                    List<int> lengths = [.. tokens.Count == 0 ? [0] : PiecesOf(tokens).Select(text => text.Length)];
                    if (tokens.Count == 0 || finish == FinishReason.Stop)
                    {
                        tokens.Add(Eos);
                    }

                    outputs.TryWrite(new SequenceOutput(choice, next[choice], tokens.ToArray(), Story[piece], finish)
                    {
                        TextLengths = lengths,
                        Logprobs = request.Sampling.Logprobs is int top ? [.. tokens.Select(id => Score(id, top, choice))] : null,
                        PromptLogprobs = piece == 0 ? ScorePrompt(request, choice) : null,
                    });
                    next[choice] += tokens.Count;
                }
            }
        }

        outputs.TryComplete();
    }

    /// <summary>The same text for each choice, piece by piece; the bytes of a piece are one output.</summary>
    public static Action<GenerationRequest, ChannelWriter<SequenceOutput>> Say(FinishReason finish, params IReadOnlyList<string> pieces) =>
        (request, outputs) =>
        {
            int[] next = new int[request.Prompts.Count * request.ChoicesPerPrompt];
            for (int piece = 0; piece < pieces.Count; piece++)
            {
                for (int choice = 0; choice < next.Length; choice++)
                {
                    bool last = piece == pieces.Count - 1;
                    List<int> tokens = [.. Encode(pieces[piece], false)];
                    List<int> lengths = [.. PiecesOf(tokens).Select(text => text.Length)];
                    if (last && finish == FinishReason.Stop)
                    {
                        tokens.Add(Eos);
                    }

                    outputs.TryWrite(new SequenceOutput(choice, next[choice], tokens.ToArray(), pieces[piece], last ? finish : null)
                    {
                        TextLengths = lengths,
                        Logprobs = request.Sampling.Logprobs is int top ? [.. tokens.Select(id => Score(id, top, choice))] : null,
                    });
                    next[choice] += tokens.Count;
                }
            }

            outputs.TryComplete();
        };

    /// <summary>Log-probabilities of a token: its own depends on the choice, the last alternative is ruled out.</summary>
    public static TokenLogprobs Score(int id, int top, int choice) => new(
        id,
        -0.25f * (1 + ((id + choice) % 7)),
        1,
        [.. Enumerable.Range(0, top).Select(i => new TokenLogprob(
            i == 0 ? id : FirstByte + ((id + i) % 256), i == top - 1 && i > 0 ? float.NegativeInfinity : -0.25f * (1 + ((id + choice) % 7) + i)))]);

    /// <summary>The bytes of a token.</summary>
    public static byte[] BytesOf(int id) => id switch
    {
        >= FirstByte => [(byte)(id - FirstByte)],
        Bos => [.. "<s>"u8],
        Eos => [.. "</s>"u8],
        _ => [],
    };

    /// <summary>The text that each token completes, control tokens left out.</summary>
    public static IReadOnlyList<string> PiecesOf(IReadOnlyList<int> ids)
    {
        Decoder decoder = Encoding.UTF8.GetDecoder();
        char[] text = new char[4];
        return [.. ids.Select(id => new string(text, 0, decoder.GetChars(id < FirstByte ? [] : BytesOf(id), text, flush: false)))];
    }

    private static void TellNothing(GenerationRequest request, ChannelWriter<SequenceOutput> outputs)
    {
        for (int choice = 0; choice < request.Prompts.Count * request.ChoicesPerPrompt; choice++)
        {
            outputs.TryWrite(new SequenceOutput(choice, 0, ArraySegment<int>.Empty, "", FinishReason.Length)
            {
                Logprobs = request.Sampling.Logprobs is null ? null : [],
                PromptLogprobs = ScorePrompt(request, choice),
                Embedding = request.Pooling is null ? null : EmbeddingOf(choice),
            });
        }

        outputs.TryComplete();
    }

    /// <summary>The pooled state of a choice: its first two entries have the length 5, all of them 13.</summary>
    public static double[] EmbeddingOf(int choice) => choice % 2 == 0 ? [3, 4, 0, 12] : [-4, 3, 12, 0];

    private static TokenLogprobs?[]? ScorePrompt(GenerationRequest request, int choice) => request.Sampling.PromptLogprobs is int top
        ? [.. request.Prompts[choice / request.ChoicesPerPrompt].Select((id, i) => i == 0 ? null : Score(id, top, choice))]
        : null;

    /// <summary>The text that <see cref="Tell"/> gives a choice.</summary>
    public static string TextOf(int choice) => string.Concat(Story.Take(Math.Max(1, Story.Length - choice)));

    /// <summary>The tokens that <see cref="Tell"/> samples for a choice: the bytes, one for the empty piece, and the end token.</summary>
    public static int TokensOf(int choice)
    {
        string[] pieces = [.. Story.Take(Math.Max(1, Story.Length - choice))];
        return pieces.Sum(piece => Math.Max(1, Encoding.UTF8.GetByteCount(piece))) + (choice % 2 == 0 ? 1 : 0);
    }

    public static IReadOnlyList<int> Encode(string text, bool addSpecialTokens)
    {
        IEnumerable<int> bytes = Encoding.UTF8.GetBytes(text).Select(b => b + FirstByte);
        return [.. addSpecialTokens ? bytes.Prepend(Bos) : bytes];
    }
}
