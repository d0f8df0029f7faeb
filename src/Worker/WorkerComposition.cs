using System.ComponentModel.DataAnnotations;
using Godwit.Contracts.OpenAI;
using Godwit.ServiceDefaults.Options;
using Godwit.Worker.Api;
using Godwit.Worker.Engine;
using Godwit.Worker.Model;
using Godwit.Worker.StructuredOutput;
using Godwit.Worker.StructuredOutput.Masks;
using Godwit.Worker.Tokenization;
using Godwit.Worker.ToolCalls;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Prometheus;

namespace Godwit.Worker;

/// <summary>Joins the Worker's parts: only here do the API, the engine and the model meet.</summary>
internal static partial class WorkerComposition
{
    /// <summary>Loads the model now, so that a bad one is refused before anything listens, and adds the engine over it.</summary>
    public static void AddModelAndEngine(this WebApplicationBuilder builder)
    {
        builder.Services.AddFeatureOptions<ModelOptions>(ModelOptions.Section);
        builder.Services.AddFeatureOptions<EngineOptions>(EngineOptions.Section)
            .Validate(o => o.MaxTokensPerStep >= o.MaxSequences, "MaxTokensPerStep must be at least MaxSequences: each decodes one token a step.");
        ModelOptions model = Validated<ModelOptions>(builder.Configuration, ModelOptions.Section);
        EngineOptions engine = Validated<EngineOptions>(builder.Configuration, EngineOptions.Section);
        LoadedModel loaded = Load(model, engine);

        builder.Services.AddSingleton(loaded);
        builder.Services.AddSingleton(services => new EngineLoop(
            loaded.Runner,
            loaded.Tokenizer,
            loaded.Config.EosTokenIds.ToHashSet(),
            loaded.ContextLength,
            engine,
            new SequenceMetrics(
                EngineMetrics.FactoryOf(services.GetRequiredService<CollectorRegistry>(), loaded.Id),
                loaded.ContextLength,
                services.GetRequiredService<TimeProvider>())));
        builder.Services.AddSingleton<WorkerInstance>();
        builder.Services.AddSingleton(services => Serve(
            loaded, model, services.GetRequiredService<EngineLoop>(), services.GetRequiredService<WorkerInstance>()));
    }

    /// <summary>Exposes the engine's metrics, and ends the process when the engine breaks: a supervisor starts a sound one.</summary>
    public static void StartEngineMetrics(this WebApplication app)
    {
        EngineLoop engine = app.Services.GetRequiredService<EngineLoop>();
        LoadedModel model = app.Services.GetRequiredService<LoadedModel>();
        CollectorRegistry registry = app.Services.GetRequiredService<CollectorRegistry>();
        EngineOptions options = app.Services.GetRequiredService<IOptions<EngineOptions>>().Value;
        EngineMetrics.Register(registry, EngineMetrics.FactoryOf(registry, model.Id), engine, model.Runner, options);
        engine.Faulted += error =>
        {
            LogEngineFault(app.Logger, error);
            Environment.ExitCode = 70;
            app.Lifetime.StopApplication();
        };
    }

    // The options that a model is loaded by cannot wait for the host's start to be checked.
    private static TOptions Validated<TOptions>(IConfiguration configuration, string section)
        where TOptions : class, new()
    {
        TOptions options = configuration.GetSection(section).Get<TOptions>() ?? new TOptions();
        var problems = new List<ValidationResult>();
        return Validator.TryValidateObject(options, new ValidationContext(options), problems, validateAllProperties: true)
            ? options
            : throw new OptionsValidationException(section, typeof(TOptions), problems.Select(problem => problem.ErrorMessage!));
    }

    private static LoadedModel Load(ModelOptions model, EngineOptions engine)
    {
        try
        {
            return LoadedModel.Load(model, engine);
        }
        catch (ModelLoadException error)
        {
            throw new WorkerStartException(error.Message, error);
        }
        catch (TypeInitializationException error) when (error.InnerException is NotSupportedException)
        {
            // So says TorchSharp, at the first touch, that it finds no libtorch.
            throw new WorkerStartException(
                $"{ModelOptions.Section}:{nameof(ModelOptions.Runner)}: '{model.Runner}' cannot be used: this build has no libtorch",
                error);
        }
    }

    private static ServedModel Serve(LoadedModel model, ModelOptions options, EngineLoop engine, WorkerInstance instance)
    {
        // Sorting a large vocabulary takes a moment, which only a request with a constraint has to wait for, and only the first one.
        var constraints = new Lazy<Task<ConstraintCompiler>>(() => Task.Run(() => new ConstraintCompiler(VocabularyOf(model))));
        return new ServedModel
        {
            Id = model.Id,
            Created = model.Created,
            ContextLength = engine.ContextLength,
            HopelessChars = HopelessChars(model, engine.ContextLength),
            VocabularySize = model.Config.VocabularySize,
            Instance = instance.Id,
            Fingerprint = "fp_" + model.WeightsDigest[..12],
            WeightsDigest = model.WeightsDigest,
            BosToken = model.Templates.BosToken,
            Encode = model.Tokenizer.Encode,
            EncodeMarked = model.Tokenizer.Encode,
            Tokens = new TokenTexts(
                id => model.Tokenizer.Decoder.BytesOf(id).ToArray(),
                (ids, skipSpecial) => PiecesOf(model.Tokenizer, ids, skipSpecial),
                model.Tokenizer.IdToToken,
                ids => model.Tokenizer.Decode([.. ids], skipSpecialTokens: false)),
            RenderChat = chat => ChatRendering.Render(model.Id, model.Templates, chat),
            ToolCalls = ToolCallFormat.Find(options.ToolFormat, model.Templates.For(tools: true)?.Text),
            Reasons = ReasoningReader.IsExpected(options.Reasoning, model.Templates.For(tools: false)?.Text),
            ControlToken = text => model.Tokenizer.TokenToId(text) is int id && model.Tokenizer.IsSpecial(id) ? id : null,
            Compile = async (constraint, cancel) => await (await constraints.Value.WaitAsync(cancel)).CompileAsync(constraint, cancel),
            Embedding = model.Embedding,
            Submit = request => Submit(engine, request),
        };
    }

    // A token is at most so many bytes, so are its characters; a normalizer may have made them of some more.
    private static long HopelessChars(LoadedModel model, int contextLength) =>
        4L * contextLength * Enumerable.Range(0, model.Tokenizer.VocabularySize).Max(id => model.Tokenizer.Decoder.BytesOf(id).Length);

    private static TokenTrie VocabularyOf(LoadedModel model) => TokenTrie.Build(
        model.Config.VocabularySize,
        id => model.Tokenizer.IsSpecial(id) ? [] : model.Tokenizer.Decoder.BytesOf(id).ToArray(),
        model.Config.EosTokenIds);

    private static List<string> PiecesOf(Tokenizer tokenizer, IReadOnlyList<int> ids, bool skipSpecialTokens)
    {
        var text = new IncrementalDetokenizer(tokenizer, [], skipSpecialTokens);
        return [.. ids.Select(text.Push)];
    }

    private static Generation Submit(EngineLoop engine, GenerationRequest request)
    {
        try
        {
            return engine.Submit(request);
        }
        catch (EngineOverloadedException error)
        {
            throw new ApiException(ApiError.Overloaded(error.Message));
        }
    }

    [LoggerMessage(Level = LogLevel.Critical, Message = "The engine broke; the worker stops.")]
    private static partial void LogEngineFault(ILogger logger, Exception error);
}
