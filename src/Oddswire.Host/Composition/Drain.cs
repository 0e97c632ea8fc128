using Oddswire.Core.Domain;
using Oddswire.Core.Pipeline.Publish;
using Oddswire.Core.Ports;
using Oddswire.Host.Roles;
using Oddswire.Host.Roles.Replicate;

namespace Oddswire.Host.Composition;

/// <summary>Knows when everything that came in has gone through every hop that runs here.</summary>
internal sealed class Drain(IEventLog log, IEventLog? edge, LiveBoard board, PlatformOptions options, TimeProvider time)
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(50);
    private readonly LogTail _tail = new(log);

    /// <summary>Waits until every group has read its input to the end; the input must have ended already.</summary>
    public async Task WaitAsync(CancellationToken ct)
    {
        foreach (var league in options.Leagues)
        {
            var code = league.Code();
            await WaitForGroupAsync(Role.Normalise, new WorkerSpec($"normalise.{code}", [Topics.Raw(league)], league), ct);
            await WaitForGroupAsync(Role.Price, new WorkerSpec($"price.{code}", [Topics.Normalized(league)], league), ct);
        }

        foreach (var league in options.Leagues)
        {
            await WaitForBoardAsync(league, ct);
            await WaitForGroupAsync(Role.Archive, ArchiveRole.SpecOf(league), ct);
            await WaitForEdgeAsync(league, ct);
        }
    }

    private async Task WaitForEdgeAsync(League league, CancellationToken ct)
    {
        while (edge is not null && !await ReplicateCursors.HaveAllAsync(log, edge, _tail, league, ct))
        {
            await Task.Delay(LookEvery, time, ct);
        }
    }

    private async Task WaitForGroupAsync(Role role, WorkerSpec group, CancellationToken ct)
    {
        while (options.Roles.Contains(role) && !await HasReadAllAsync(group, ct))
        {
            await Task.Delay(LookEvery, time, ct);
        }
    }

    private async Task<bool> HasReadAllAsync(WorkerSpec group, CancellationToken ct)
    {
        var committed = (await log.CommittedAsync(group, ct)).ToDictionary(position => position.Partition, position => position.Offset);
        foreach (var topic in group.Inputs)
        {
            foreach (var bounds in await log.DescribeAsync(topic, ct))
            {
                if ((await _tail.LookAsync(bounds, committed.GetValueOrDefault(bounds.Partition), wantsBatch: false, ct)).Waiting > 0)
                {
                    return false;
                }
            }
        }

        return true;
    }

    /// <summary>The board saves its positions only now and then, so its own are looked at.</summary>
    private async Task WaitForBoardAsync(League league, CancellationToken ct)
    {
        if (!options.Roles.Contains(Role.Publish) || board.Find(league) is not { } leagueBoard)
        {
            return;
        }

        var odds = await log.DescribeAsync(Topics.Odds(league), ct);
        var events = await log.DescribeAsync(Topics.Normalized(league), ct);
        while (true)
        {
            var positions = leagueBoard.Positions().ToDictionary(position => position.Partition);
            var waiting = 0L;
            for (var partition = 0; partition < odds.Count && waiting == 0; partition++)
            {
                var position = positions.GetValueOrDefault(partition);
                waiting += (await _tail.LookAsync(odds[partition], position?.Odds ?? 0, wantsBatch: false, ct)).Waiting
                    + (await _tail.LookAsync(events[partition], position?.Events ?? 0, wantsBatch: false, ct)).Waiting;
            }

            if (waiting == 0)
            {
                return;
            }

            await Task.Delay(LookEvery, time, ct);
        }
    }
}
