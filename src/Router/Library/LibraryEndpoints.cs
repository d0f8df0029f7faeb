using Godwit.Contracts.Selection;
using Godwit.Router.Prediction;
using Godwit.ServiceDefaults.Options;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Godwit.Router.Library;

/// <summary><c>GET /library</c>: the experts and the router file in force.</summary>
internal static class LibraryEndpoints
{
    public static void AddLibrary(this IServiceCollection services)
    {
        services.AddFeatureOptions<LibraryOptions>(LibraryOptions.Section);
        services.AddSingleton<CardShelf>();
        services.AddHostedService(provider => provider.GetRequiredService<CardShelf>());
        services.AddSingleton<ExpertCatalog>();
    }

    public static void MapLibrary(this WebApplication app) => app.MapGet(SelectPaths.Library, ListAsync);

    private static Task ListAsync(HttpContext context, RouterSlot slot, ExpertCatalog catalog)
    {
        using RouterModel? router = slot.Hold();
        return context.Response.WriteAsJsonAsync(
            LibraryListing.Of(router, catalog.Current), ListingJson.Default.LibraryListing, contentType: null, context.RequestAborted);
    }
}
