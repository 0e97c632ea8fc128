using Oddswire.Core.Wire;

namespace Oddswire.Tests.Wire;

/// <summary>Confluent's frame around a value.</summary>
public sealed class SchemaFrameTests
{
    [Fact]
    public void A_frame_is_a_zero_byte_the_id_big_endian_and_the_first_message()
    {
        var frame = new byte[SchemaFrame.Size];
        SchemaFrame.Write(0x01020304, frame);
        frame.ShouldBe([0, 1, 2, 3, 4, 0]);
        SchemaFrame.Read([.. frame, 8, 1], out var id).ToArray().ShouldBe([8, 1]);
        id.ShouldBe(0x01020304);
    }

    [Fact]
    public void The_long_form_of_the_first_message_is_understood() =>
        SchemaFrame.Read([0, 0, 0, 0, 9, 2, 0, 42], out _).ToArray().ShouldBe([42]);

    [Theory]
    [InlineData("")]
    [InlineData("00000000")]
    [InlineData("010000000900")]
    [InlineData("00000000090202")]
    [InlineData("0000000009040002")]
    [InlineData("0000000009ff")]
    [InlineData("0000000009ffffffffffffffffffff01")]
    public void Anything_else_is_refused(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Should.Throw<WireFormatException>(() => SchemaFrame.Read(bytes, out _));
    }
}
