using System.Buffers.Binary;
using System.Text;
using Godwit.Worker.Model;

namespace Godwit.Worker.Tests.Model.Loading;

/// <summary>A model folder to write good and bad files into.</summary>
internal sealed class TemporaryModel : IDisposable
{
    /// <summary>A configuration that loads; tests replace parts of it.</summary>
    public const string GoodConfig = """
        {"architectures":["LlamaForCausalLM"],"hidden_size":16,"intermediate_size":24,"num_hidden_layers":2,"num_attention_heads":4,
        "num_key_value_heads":2,"vocab_size":32,"max_position_embeddings":64,"eos_token_id":2,"bos_token_id":1}
        """;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("godwit-model-");

    public string Path => _folder.FullName;

    public string File(string name) => System.IO.Path.Combine(Path, name);

    public TemporaryModel Write(string name, string text)
    {
        System.IO.File.WriteAllText(File(name), text);
        return this;
    }

    public TemporaryModel Write(string name, params SafetensorsTensor[] tensors)
    {
        SafetensorsWriter.Write(File(name), tensors);
        return this;
    }

    /// <summary>A safetensors file with any header and any number of data bytes.</summary>
    public TemporaryModel WriteRaw(string name, string header, int dataBytes, ulong? claimedLength = null)
    {
        var json = Encoding.UTF8.GetBytes(header);
        var file = new byte[8 + json.Length + dataBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(file, claimedLength ?? (ulong)json.Length);
        json.CopyTo(file, 8);
        System.IO.File.WriteAllBytes(File(name), file);
        return this;
    }

    public static SafetensorsTensor Tensor(string name, params float[] values) => SafetensorsTensor.FromFloats(name, [values.Length], values);

    /// <summary>Runs what must be refused; gives the one line of the refusal.</summary>
    public static string Refusal(Func<object?> load)
    {
        var refusal = Assert.Throws<ModelLoadException>(load);
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.StartsWith(refusal.File, refusal.Message, StringComparison.Ordinal);
        return refusal.Message;
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
