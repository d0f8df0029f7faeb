using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using Godwit.Contracts.OpenAI;
using Godwit.Worker.Api.Answers;
using Godwit.Worker.Engine;

namespace Godwit.Worker.Api.Embeddings;

/// <summary>The embeddings of a request as one JSON object, in the order of its inputs, each of length 1.</summary>
/// <param name="request">What was asked for.</param>
/// <param name="model">Id of the model.</param>
internal sealed class EmbeddingAnswer(EmbeddingRequest request, string model) : AnswerWriter
{
    private readonly float[][] _embeddings = new float[request.Inputs.Count][];

    /// <summary>None: an embedding is computed again from its start, never gone on with.</summary>
    public override IReadOnlyList<IReadOnlyList<int>> Prompts => [];

    /// <inheritdoc/>
    public override bool IsStream => false;

    /// <inheritdoc/>
    public override string ContentType => "application/json; charset=utf-8";

    /// <inheritdoc/>
    public override void Begin(IBufferWriter<byte> output, int choice)
    {
    }

    /// <inheritdoc/>
    public override void Append(IBufferWriter<byte> output, SequenceOutput part) =>
        _embeddings[part.Choice] = Normalize(part.Embedding!, request.Dimensions);

    /// <inheritdoc/>
    public override void End(IBufferWriter<byte> output)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("object"u8, "list"u8);
        json.WriteStartArray("data"u8);
        for (int i = 0; i < _embeddings.Length; i++)
        {
            json.WriteStartObject();
            json.WriteString("object"u8, "embedding"u8);
            json.WriteNumber("index"u8, i);
            json.WritePropertyName("embedding"u8);
            WriteEntries(json, _embeddings[i]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model"u8, model);
        json.WriteStartObject("usage"u8);
        int tokens = request.Inputs.Sum(input => input.Count);
        json.WriteNumber("prompt_tokens"u8, tokens);
        json.WriteNumber("total_tokens"u8, tokens);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <inheritdoc/>
    public override void Fail(IBufferWriter<byte> output, ApiError error) => output.Write(ApiErrorBody.ToUtf8(error));

    /// <summary>The first entries of a pooled state, scaled to the length 1.</summary>
    internal static float[] Normalize(IReadOnlyList<double> pooled, int dimensions)
    {
        double length = Math.Sqrt(pooled.Take(dimensions).Sum(entry => entry * entry));
        if (!double.IsFinite(length))
        {
            throw new InvalidDataException("The model's hidden states are no finite numbers.");
        }

        return [.. pooled.Take(dimensions).Select(entry => (float)(length > 0 ? entry / length : 0))];
    }

    private void WriteEntries(Utf8JsonWriter json, float[] entries)
    {
        if (request.IsBase64)
        {
            byte[] bytes = new byte[entries.Length * sizeof(float)];
            for (int i = 0; i < entries.Length; i++)
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(i * sizeof(float)), entries[i]);
            }

            json.WriteBase64StringValue(bytes);
            return;
        }

        json.WriteStartArray();
        foreach (float entry in entries)
        {
            json.WriteNumberValue(entry);
        }

        json.WriteEndArray();
    }
}
