using System.Collections.Concurrent;
using Godwit.Contracts;
using Godwit.Contracts.Selection;
using Godwit.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace Godwit.Gateway.Tests.Selection;

/// <summary>A peer that speaks the Router's protocol over a real listener as a test says, faults included.</summary>
internal sealed class ScriptedRouter : IAsyncDisposable
{
    // What the Gateway asks to warm itself up.
    private const string WarmUp = "Hello";
    private WebApplication _app = null!;

    public ConcurrentQueue<SelectRequest> Requests { get; } = new();

    public string Address => _app.AddressesOf()[0].ToString();

    public static async Task<ScriptedRouter> StartAsync(Func<SelectRequest, HttpContext, Task<SelectResponse?>> answer)
    {
        ScriptedRouter router = new();
        router._app = await TestHosts.StartPeerAsync(app =>
        {
            app.MapGet("/health", () => "ok");
            app.MapPost(SelectPaths.Select, async (HttpContext context) =>
            {
                SelectRequest request = (await context.Request.ReadFromJsonAsync(ContractsJson.Default.SelectRequest))!;
                if (request.Prompt != WarmUp)
                {
                    router.Requests.Enqueue(request);
                }

                if (await answer(request, context) is { } response)
                {
                    await context.Response.WriteAsJsonAsync(response, ContractsJson.Default.SelectResponse);
                }
            });
        });
        return router;
    }

    /// <summary>One that chooses a model whatever it is asked.</summary>
    public static Task<ScriptedRouter> StartAsync(string model, params string[] fallbacks)
    {
        SelectResponse response = new(model, fallbacks, SelectionReasons.LowestCost)
        {
            Margin = 0.0931,
            Router = "ab12cd34",
            Experts = [new ExpertScore(model) { Loss = 0.4119, Total = 0.4119 }],
        };
        return StartAsync((_, _) => Task.FromResult<SelectResponse?>(response));
    }

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();
}
