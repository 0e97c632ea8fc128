using System.Buffers.Binary;
using System.Text.Json;
using Confluent.Kafka;
using Oddswire.Contracts.Public.V1;

// Usage: oddswire-consumer HOST:PORT TOPIC [COUNT]
if (args.Length < 2)
{
    Console.Error.WriteLine("usage: oddswire-consumer HOST:PORT TOPIC [COUNT]");
    return 2;
}

var left = args.Length > 2 ? int.Parse(args[2]) : int.MaxValue;
var config = new ConsumerConfig
{
    BootstrapServers = args[0],
    GroupId = $"example-csharp-{Environment.ProcessId}",
    AutoOffsetReset = AutoOffsetReset.Earliest,
    IsolationLevel = IsolationLevel.ReadCommitted,
    EnableAutoCommit = false,
};
using var consumer = new ConsumerBuilder<string, byte[]>(config).Build();
consumer.Subscribe(args[1]);

// The last place of every game that was taken: (epoch, sequence).
var last = new Dictionary<string, (int Epoch, long Sequence)>();
while (left > 0)
{
    if (consumer.Consume(TimeSpan.FromSeconds(1)) is not { } record)
    {
        continue;
    }

    var update = Decode(record.Message.Value);
    var known = last.GetValueOrDefault(update.GameId);
    if ((update.Epoch, update.Sequence).CompareTo(known) <= 0)
    {
        continue; // seen before
    }

    var expected = update.Epoch == known.Epoch ? known.Sequence : 0;
    if (known != default && update.PreviousSequence != expected)
    {
        Console.Error.WriteLine($"hole in {update.GameId}: {update.Sequence} follows {update.PreviousSequence}, but {expected} was the last one; fetch the board");
    }

    last[update.GameId] = (update.Epoch, update.Sequence);
    left--;
    Console.WriteLine(JsonSerializer.Serialize(new
    {
        id = update.Id,
        game = update.GameId,
        epoch = update.Epoch,
        sequence = update.Sequence,
        market = (int)update.MarketType,
        scope = (int)update.Scope,
        line = update.HasLineHundredths ? update.LineHundredths : (int?)null,
        status = (int)update.Status,
        prices = update.Selections.Select(selection => selection.PriceThousandths),
    }));
}

consumer.Close();
return 0;

// A zero byte, the schema's id (4 bytes, big-endian), and the message's place in the schema, which is 0: one byte. Then Protobuf.
static OddsUpdate Decode(byte[] value)
{
    if (value.Length < 6 || value[0] != 0 || value[5] != 0)
    {
        throw new InvalidDataException("not in Confluent's wire format");
    }

    _ = BinaryPrimitives.ReadInt32BigEndian(value.AsSpan(1)); // the schema's id; compatible versions decode alike
    return OddsUpdate.Parser.ParseFrom(value.AsSpan(6));
}
