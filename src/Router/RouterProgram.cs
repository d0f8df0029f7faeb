using Godwit.Router.Library;
using Godwit.Router.Listening;
using Godwit.Router.Prediction;
using Godwit.Router.Selection;
using Godwit.ServiceDefaults;
using Godwit.ServiceDefaults.Cluster;
using Godwit.ServiceDefaults.Instances;
using Microsoft.AspNetCore.Builder;

namespace Godwit.Router;

/// <summary>
/// The Router: predicts every expert's loss on a prompt and says who shall be asked (Tryage). This is its table of contents.
/// </summary>
public static class RouterProgram
{
    /// <summary>Name of the program and of its configuration.</summary>
    public const string Name = "Router";

    /// <summary>Its configuration sections and the types they bind to.</summary>
    public static IReadOnlyDictionary<string, Type> OptionSections { get; } = new Dictionary<string, Type>
    {
        [RouterListenerOptions.Section] = typeof(RouterListenerOptions),
        [LibraryOptions.Section] = typeof(LibraryOptions),
        [PredictionOptions.Section] = typeof(PredictionOptions),
        [SelectionOptions.Section] = typeof(SelectionOptions),
    };

    /// <summary>Builds the program on a builder whose configuration is complete; the caller runs and disposes it.</summary>
    public static WebApplication Build(WebApplicationBuilder builder)
    {
        builder.AddServiceDefaults(Name);
        builder.Services.AddRouterListener();
        builder.Services.AddInstanceRegistry(Name);
        builder.Services.AddLibrary();
        builder.Services.AddPrediction();
        builder.Services.AddSelection();

        WebApplication app = builder.Build();
        app.MapDefaultEndpoints();
        app.UseClusterSecret();
        app.MapLibrary();
        app.MapSelection();
        return app;
    }
}
