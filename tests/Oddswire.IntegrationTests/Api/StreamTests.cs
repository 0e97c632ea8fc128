using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Oddswire.Core.Domain;
using Oddswire.Host.Api;
using Oddswire.IntegrationTests.Chaos;

namespace Oddswire.IntegrationTests.Api;

public sealed class StreamTests
{
    private static readonly CancellationToken Ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_stream_begins_with_a_snapshot_and_goes_on_with_what_changed()
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await using var stream = await SseReader.OpenAsync(rig.Client, "/api/v1/stream");

        var (name, snapshot) = await stream.NextAsync();
        await rig.PlayAsync(Games.Patriots, Games.Football(1, 8000, 7, 0), "Touchdown");
        var delta = await UntilAsync(stream, game => game.GetProperty("homeScore").GetInt32() == 7);

        name.ShouldBe("snapshot");
        snapshot.GetProperty("games")[0].GetProperty("markets").GetArrayLength().ShouldBeGreaterThan(3);
        delta.GetProperty("id").GetString().ShouldBe(Games.Patriots.Value);
    }

    [Fact]
    public async Task Filters_leave_out_other_leagues_and_side_markets()
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await using var other = await SseReader.OpenAsync(rig.Client, "/api/v1/stream?league=nba");
        await using var main = await SseReader.OpenAsync(rig.Client, "/api/v1/stream?league=nfl&markets=main");

        (await other.NextAsync("snapshot")).GetProperty("games").GetArrayLength().ShouldBe(0);
        var game = (await main.NextAsync("snapshot")).GetProperty("games")[0];
        game.TryGetProperty("markets", out _).ShouldBeFalse();
        game.GetProperty("main").GetProperty("moneyline").GetProperty("market").GetString().ShouldBe("moneyline");
    }

    [Fact]
    public async Task A_game_stream_carries_its_events()
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        await using var stream = await SseReader.OpenAsync(rig.Client, $"/api/v1/stream?game={Games.Patriots}");
        (await stream.NextAsync("snapshot")).GetProperty("games")[0].GetProperty("events").GetArrayLength().ShouldBe(2);

        await rig.PlayAsync(Games.Patriots, Games.Football(1, 8000, 7, 0), "Touchdown");

        var delta = await UntilAsync(stream, game => game.GetProperty("events").GetArrayLength() > 0);
        delta.GetProperty("events")[0].GetProperty("text").GetString().ShouldBe("Touchdown");
    }

    [Fact]
    public async Task After_a_restart_of_the_process_the_stream_goes_on_without_a_snapshot_and_without_a_loss()
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();
        string lastId;
        await using (var stream = await SseReader.OpenAsync(rig.Client, "/api/v1/stream"))
        {
            await stream.NextAsync("snapshot");
            lastId = stream.LastId;
        }

        await rig.PlayAsync(Games.Patriots, Games.Football(1, 8000, 7, 0), "Touchdown");
        await rig.RestartAsync();
        await rig.UntilAsync(Games.Patriots, game => game.State.Score.Home == 7 && game.Quotes.Any(quote => quote.Update.Score.Home == 7));
        await using var resumed = await SseReader.OpenAsync(rig.Client, "/api/v1/stream", lastId);

        var (name, delta) = await resumed.NextAsync();
        name.ShouldBe("delta");
        var game = delta.GetProperty("games")[0];
        game.GetProperty("homeScore").GetInt32().ShouldBe(7);
        game.GetProperty("markets").EnumerateArray().ShouldAllBe(market => market.GetProperty("sequence").GetInt64() > 0);
    }

    [Theory]
    [InlineData("nfl.deadbeef-0:3:3,nba.deadbeef-0:0:0")]
    [InlineData("nonsense")]
    [InlineData("nfl.x-0:99999999999999999999:1")]
    public async Task A_place_in_another_log_gets_a_fresh_snapshot(string lastId)
    {
        await using var rig = await BoardRig.StartAsync();
        await rig.KickOffAsync();

        await using var stream = await SseReader.OpenAsync(rig.Client, "/api/v1/stream", lastId);

        (await stream.NextAsync()).Name.ShouldBe("snapshot");
    }

    [Fact]
    public async Task The_complete_stream_gives_every_update_once_in_order_across_a_restart()
    {
        await using var rig = await BoardRig.StartAsync([League.Nfl]);
        await rig.KickOffAsync();
        List<long> seen = [];
        string lastId;
        await using (var stream = await SseReader.OpenAsync(rig.Client, "/api/v1/stream/updates?from=earliest"))
        {
            for (var i = 0; i < 3; i++)
            {
                seen.Add(Sequence(await stream.NextAsync("update")));
            }

            lastId = stream.LastId;
        }

        await rig.PlayAsync(Games.Patriots, Games.Football(1, 8000, 7, 0), "Touchdown");
        await rig.RestartAsync();
        var board = await rig.UntilAsync(Games.Patriots, game => game.Quotes.Any(quote => quote.Update.Score.Home == 7));
        await using var resumed = await SseReader.OpenAsync(rig.Client, "/api/v1/stream/updates", lastId);
        while (seen[^1] < board.Sequence)
        {
            seen.Add(Sequence(await resumed.NextAsync("update")));
        }

        seen.ShouldBe(Enumerable.Range(1, (int)board.Sequence).Select(i => (long)i));

        static long Sequence(JsonElement update) => update.GetProperty("market").GetProperty("sequence").GetInt64();
    }

    [Fact]
    public async Task A_quiet_stream_says_that_it_is_alive()
    {
        await using var rig = await BoardRig.StartAsync([League.Nfl], new ApiOptions { Heartbeat = TimeSpan.FromMilliseconds(100) });
        await using var stream = await SseReader.OpenAsync(rig.Client, "/api/v1/stream");

        (await stream.NextAsync("heartbeat")).GetProperty("at").GetString()!.ShouldEndWith("Z");
    }

    [Fact]
    public async Task One_stream_too_many_is_turned_away_with_a_reason_and_a_freed_place_is_given_again()
    {
        await using var rig = await BoardRig.StartAsync([League.Nfl], new ApiOptions { MaxStreams = 1 });
        await using (var first = await SseReader.OpenAsync(rig.Client, "/api/v1/stream"))
        {
            await first.NextAsync("snapshot");
            using var response = await rig.Client.GetAsync(new Uri("/api/v1/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Ct);
            response.StatusCode.ShouldBe(HttpStatusCode.ServiceUnavailable);
            (await response.Content.ReadAsStringAsync(Ct)).ShouldContain("too-many-streams");
        }

        await Machine.UntilAsync(
            async () =>
            {
                using var response = await rig.Client.GetAsync(new Uri("/api/v1/stream", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, Ct);
                return response.StatusCode == HttpStatusCode.OK;
            },
            Machine.Patience,
            () => "the place of the stream that was left is not given again",
            everyMs: 20);
    }

    [Fact]
    public async Task A_client_that_takes_nothing_is_cut_off_and_its_place_is_freed()
    {
        await using var rig = await BoardRig.StartAsync(
            [League.Nfl], new ApiOptions { SlowClientLimit = TimeSpan.FromMilliseconds(300), StreamInterval = TimeSpan.FromMilliseconds(1), RequestsPerSecond = 50_000 });
        await rig.KickOffAsync();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 1024 };
        await socket.ConnectAsync(rig.Address.Host, rig.Address.Port, Ct);
        await socket.SendAsync(Encoding.ASCII.GetBytes("GET /api/v1/stream HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"), Ct);
        await Machine.UntilAsync(async () => await ClientsAsync(rig) == 1, Machine.Patience, () => "the stream is not counted");

        // How many plays fill the buffers on the way depends on how many of them the stream takes together.
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; await ClientsAsync(rig) == 1; i++)
        {
            Stopwatch.GetElapsedTime(started).ShouldBeLessThan(Machine.Patience, $"it is still served after {i} plays");
            await rig.PlayAsync(Games.Patriots, Games.Football(1, 8999 - (i % 8000), i % 60, 0), new string('x', 400));
        }
    }

    private static async Task<int> ClientsAsync(BoardRig rig) =>
        (await GameApiTests.GetAsync(rig, "/api/v1/pipeline")).GetProperty("streamClients").GetInt32();

    private static async Task<JsonElement> UntilAsync(SseReader stream, Func<JsonElement, bool> condition)
    {
        while (true)
        {
            foreach (var game in (await stream.NextAsync("delta")).GetProperty("games").EnumerateArray())
            {
                if (condition(game))
                {
                    return game;
                }
            }
        }
    }
}
