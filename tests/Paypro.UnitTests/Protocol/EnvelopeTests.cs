using System.Buffers;
using System.Text;
using Paypro.Protocol;

namespace Paypro.UnitTests.Protocol;

/// <summary>The outer layer of answers, member by member.</summary>
public sealed class EnvelopeTests
{
    [Fact]
    public void A_submission_is_answered_with_a_bare_true() => Assert.Equal(
        """{"msg":"success","code":"0000","timestamp":1728609257212,"success":true,"data":true}""", Written(output => Envelope.WriteDone(output, 1728609257212)));

    [Theory]
    [InlineData(false, """{"msg":"success","code":"0000","timestamp":1728609257212,"success":true,"data":{"a":"1"}}""")]
    [InlineData(true, """{"msg":"success","code":"0000","timestamp":"1728609257212","success":"true","data":{"a":"1"}}""")]
    public void What_is_accepted_has_data(bool quoted, string expected) => Assert.Equal(
        expected, Written(output => Envelope.WriteAccepted(output, 1728609257212, quoted, "1", (writer, text) => writer.WriteString("a"u8, text))));

    [Theory]
    [InlineData(false, """{"msg":"amount: ¿é?","code":"8000","timestamp":1728609257212,"success":false,"data":{}}""")]
    [InlineData(true, """{"msg":"amount: ¿é?","code":"8000","timestamp":"1728609257212","success":"false","data":{}}""")]
    public void What_is_refused_has_a_sentence_and_no_data(bool quoted, string expected) => Assert.Equal(
        expected, Written(output => Envelope.WriteRefused(output, ResponseCode.Refused, "amount: ¿é?", 1728609257212, quoted)));

    private static string Written(Action<IBufferWriter<byte>> write)
    {
        var output = new ArrayBufferWriter<byte>();
        write(output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
