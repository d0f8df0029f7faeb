using System.Net;
using Godwit.Contracts.Frames;
using Godwit.Worker.Api.Requests;
using Godwit.Worker.Tokenization;

namespace Godwit.Worker.Tests.Api;

/// <summary>What a chat request hands to the chat template.</summary>
public sealed class ChatFieldsTests
{
    [Fact]
    public async Task The_fields_of_the_template_arrive()
    {
        ChatConversation chat = await RenderedAsync(
            """ "add_generation_prompt":false,"chat_template_kwargs":{"enable_thinking":true},"documents":[{"text":"a"}] """, null);
        Assert.Equal((false, false), (chat.AddGenerationPrompt, chat.ContinueFinalMessage));
        Assert.True(chat.Variables.HasValue && chat.Documents.HasValue);
    }

    [Fact]
    public async Task Without_them_the_assistants_turn_is_opened()
    {
        ChatConversation chat = await RenderedAsync("", null);
        Assert.Equal((true, false), (chat.AddGenerationPrompt, chat.ContinueFinalMessage));
        Assert.False(chat.Variables.HasValue || chat.Documents.HasValue);
    }

    [Fact]
    public async Task A_restart_renders_at_the_time_of_the_ticket()
    {
        AdmissionTicket ticket = ApiHost.Ticket() with { RenderedAt = 1_720_256_703_040 };
        ChatConversation chat = await RenderedAsync("", ticket);
        Assert.Equal(new DateTimeOffset(2024, 7, 6, 9, 5, 3, 40, TimeSpan.Zero), chat.RenderedAt);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MaxValue)]
    public async Task A_ticket_with_an_impossible_time_is_refused(long renderedAt)
    {
        await using ApiHost host = await ApiHost.StartAsync();
        using HttpResponseMessage response = await host.PostAsync(
            "/v1/chat/completions", ApiHost.Chat(), ApiHost.Ticket() with { RenderedAt = renderedAt });
        await BadRequestTests.AssertErrorAsync(response, HttpStatusCode.BadRequest, "invalid_value", InternalHeaders.Admission);
    }

    private static async Task<ChatConversation> RenderedAsync(string fields, AdmissionTicket? ticket)
    {
        ChatConversation? seen = null;
        await using ApiHost host = await ApiHost.StartAsync(model => model with
        {
            RenderChat = chat =>
            {
                seen = chat;
                return MarkedText.Of("x");
            },
        });
        using HttpResponseMessage response = await host.PostAsync("/v1/chat/completions", ApiHost.Chat(fields), ticket);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        return seen!;
    }
}
