using System.Net.ServerSentEvents;
using System.Text.Json;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Api;

/// <summary>A client of the stream: reads events one by one, with a deadline.</summary>
internal sealed class SseReader : IAsyncDisposable
{
    private readonly HttpResponseMessage _response;
    private readonly IAsyncEnumerator<SseItem<string>> _events;
    private readonly CancellationTokenSource _limit = new(Machine.Patience);

    private SseReader(HttpResponseMessage response, Stream body)
    {
        _response = response;
        _events = SseParser.Create(body).EnumerateAsync(_limit.Token).GetAsyncEnumerator();
    }

    public string LastId { get; private set; } = "";

    public static async Task<SseReader> OpenAsync(HttpClient client, string path, string? lastEventId = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (lastEventId is not null)
        {
            request.Headers.Add("Last-Event-ID", lastEventId);
        }

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        response.EnsureSuccessStatusCode();
        return new SseReader(response, await response.Content.ReadAsStreamAsync());
    }

    /// <summary>The next event of this name; others are passed over.</summary>
    public async Task<JsonElement> NextAsync(string name)
    {
        while (await MoveAsync(name))
        {
            if (_events.Current.EventType == name)
            {
                return JsonDocument.Parse(_events.Current.Data).RootElement;
            }
        }

        throw new InvalidOperationException($"The stream ended without '{name}'.");
    }

    /// <summary>The name and data of the next event that is not a heartbeat.</summary>
    public async Task<(string Name, JsonElement Data)> NextAsync()
    {
        while (await MoveAsync("anything but a heartbeat"))
        {
            if (_events.Current.EventType != "heartbeat")
            {
                return (_events.Current.EventType, JsonDocument.Parse(_events.Current.Data).RootElement);
            }
        }

        throw new InvalidOperationException("The stream ended.");
    }

    public async ValueTask DisposeAsync()
    {
        await _limit.CancelAsync();
        _response.Dispose();
        _limit.Dispose();
    }

    private async Task<bool> MoveAsync(string wanted)
    {
        try
        {
            var isThere = await _events.MoveNextAsync();
            LastId = isThere && _events.Current.EventId is { Length: > 0 } id ? id : LastId;
            return isThere;
        }
        catch (OperationCanceledException e) when (_limit.IsCancellationRequested)
        {
            throw new TimeoutException($"The stream was read for {Machine.Patience.TotalSeconds:0} s and waits for '{wanted}'; the last event is '{LastId}'.", e);
        }
    }
}
