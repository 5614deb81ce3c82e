package netmodel

// stdEncoding are the codecs over a stream.
func stdEncoding() []Row {
	return []Row{
		{"encoding/binary.Read", wait(0, Read)},
		{"encoding/binary.Write", wait(0, Write)},
		{"encoding/binary.ReadUvarint", wait(0, Read)},
		{"encoding/binary.ReadVarint", wait(0, Read)},
		// They fail by the type of what is encoded only, which whoever wrote it has seen.
		{"encoding/json.Marshal", sure()},
		{"encoding/json.MarshalIndent", sure()},
		{"encoding/json.NewDecoder", uses(0, 0)},
		{"encoding/json.NewEncoder", uses(0, 0)},

		{"(*encoding/json.Decoder).Decode", wait(0, Read)},
		{"(*encoding/json.Decoder).Token", wait(0, Read)},
		{"(*encoding/json.Decoder).More", wait(0, Read)},
		{"(*encoding/json.Decoder).Buffered", borrow()},
		{"(*encoding/json.Decoder).DisallowUnknownFields", borrow()},
		{"(*encoding/json.Decoder).InputOffset", borrow()},
		{"(*encoding/json.Decoder).UseNumber", borrow()},

		{"(*encoding/json.Encoder).Encode", wait(0, Write)},
		{"(*encoding/json.Encoder).SetEscapeHTML", borrow()},
		{"(*encoding/json.Encoder).SetIndent", borrow()},

		{"encoding/gob.NewDecoder", uses(0, 0)},
		{"encoding/gob.NewEncoder", uses(0, 0)},

		{"(*encoding/gob.Decoder).Decode", wait(0, Read)},
		{"(*encoding/gob.Decoder).DecodeValue", wait(0, Read)},
		{"(*encoding/gob.Encoder).Encode", wait(0, Write)},
		{"(*encoding/gob.Encoder).EncodeValue", wait(0, Write)},

		{"encoding/xml.NewDecoder", uses(0, 0)},
		{"encoding/xml.NewEncoder", uses(0, 0)},

		{"(*encoding/xml.Decoder).Decode", wait(0, Read)},
		{"(*encoding/xml.Decoder).DecodeElement", wait(0, Read)},
		{"(*encoding/xml.Decoder).Token", wait(0, Read)},
		{"(*encoding/xml.Decoder).RawToken", wait(0, Read)},
		{"(*encoding/xml.Decoder).Skip", wait(0, Read)},
		{"(*encoding/xml.Encoder).Encode", wait(0, Write)},
		{"(*encoding/xml.Encoder).EncodeElement", wait(0, Write)},
		{"(*encoding/xml.Encoder).EncodeToken", wait(0, Write)},
		{"(*encoding/xml.Encoder).Flush", wait(0, Write)},
		{"(*encoding/xml.Encoder).Close", wait(0, Write)},

		{"encoding/csv.NewReader", uses(0, 0)},
		{"encoding/csv.NewWriter", uses(0, 0)},

		{"(*encoding/csv.Reader).Read", wait(0, Read)},
		{"(*encoding/csv.Reader).ReadAll", wait(0, Read)},
		{"(*encoding/csv.Writer).Write", wait(0, Write)},
		{"(*encoding/csv.Writer).WriteAll", wait(0, Write)},
		{"(*encoding/csv.Writer).Flush", wait(0, Write)},
		{"(*encoding/csv.Writer).Error", borrow()},

		{"encoding/base32.NewDecoder", uses(1, 0)},
		{"encoding/base32.NewEncoder", uses(1, 0)},
		{"encoding/base64.NewDecoder", uses(1, 0)},
		{"encoding/base64.NewEncoder", uses(1, 0)},
		{"encoding/ascii85.NewDecoder", uses(0, 0)},
		{"encoding/ascii85.NewEncoder", uses(0, 0)},
		{"encoding/hex.NewDecoder", uses(0, 0)},
		{"encoding/hex.NewEncoder", uses(0, 0)},
		{"encoding/hex.Dumper", uses(0, 0)},
		{"encoding/pem.Encode", wait(0, Write)},
	}
}

// stdCompress are compressors and archives. Closing one never closes what is below.
func stdCompress() []Row {
	return []Row{
		// gzip and zlib read their header when they are made.
		{"compress/gzip.NewReader", all(uses(0, 0), wait(0, Read))},
		{"compress/gzip.NewWriter", uses(0, 0)},
		{"compress/gzip.NewWriterLevel", uses(0, 0)},

		{"(*compress/gzip.Reader).Read", wait(0, Read)},
		{"(*compress/gzip.Reader).Reset", wait(1, Read)},
		{"(*compress/gzip.Reader).Close", borrow()},
		{"(*compress/gzip.Reader).Multistream", borrow()},

		{"(*compress/gzip.Writer).Write", wait(0, Write)},
		{"(*compress/gzip.Writer).Flush", wait(0, Write)},
		{"(*compress/gzip.Writer).Reset", borrow()},
		{"(*compress/gzip.Writer).Close", wait(0, Write)},

		{"compress/zlib.NewReader", all(uses(0, 0), wait(0, Read))},
		{"compress/zlib.NewReaderDict", all(uses(0, 0), wait(0, Read))},
		{"compress/zlib.NewWriter", uses(0, 0)},
		{"compress/zlib.NewWriterLevel", uses(0, 0)},
		{"compress/zlib.NewWriterLevelDict", uses(0, 0)},

		{"(*compress/zlib.Writer).Write", wait(0, Write)},
		{"(*compress/zlib.Writer).Flush", wait(0, Write)},
		{"(*compress/zlib.Writer).Reset", borrow()},
		{"(*compress/zlib.Writer).Close", wait(0, Write)},

		{"compress/flate.NewReader", uses(0, 0)},
		{"compress/flate.NewReaderDict", uses(0, 0)},
		{"compress/flate.NewWriter", uses(0, 0)},
		{"compress/flate.NewWriterDict", uses(0, 0)},

		{"(*compress/flate.Writer).Write", wait(0, Write)},
		{"(*compress/flate.Writer).Flush", wait(0, Write)},
		{"(*compress/flate.Writer).Reset", borrow()},
		{"(*compress/flate.Writer).Close", wait(0, Write)},

		{"(compress/flate.Resetter).Reset", borrow()},
		{"(compress/zlib.Resetter).Reset", wait(1, Read)},
		{"compress/lzw.NewReader", uses(0, 0)},
		{"compress/lzw.NewWriter", uses(0, 0)},
		{"compress/bzip2.NewReader", uses(0, 0)},

		{"archive/tar.NewReader", uses(0, 0)},
		{"(*archive/tar.Reader).Next", wait(0, Read)},
		{"(*archive/tar.Reader).Read", wait(0, Read)},
		{"archive/tar.NewWriter", uses(0, 0)},
		{"(*archive/tar.Writer).Write", wait(0, Write)},
		{"(*archive/tar.Writer).WriteHeader", wait(0, Write)},
		{"(*archive/tar.Writer).Flush", wait(0, Write)},
		{"(*archive/tar.Writer).Close", wait(0, Write)},
		{"mime/multipart.NewReader", uses(0, 0)},
		{"(*mime/multipart.Reader).NextPart", wait(0, Read)},
		{"(*mime/multipart.Reader).NextRawPart", wait(0, Read)},
		{"(*mime/multipart.Reader).ReadForm", wait(0, Read)},
		{"mime/multipart.NewWriter", uses(0, 0)},
		{"mime/quotedprintable.NewReader", uses(0, 0)},
		{"mime/quotedprintable.NewWriter", uses(0, 0)},
		{"(*mime/quotedprintable.Reader).Read", wait(0, Read)},
		{"(*mime/quotedprintable.Writer).Write", wait(0, Write)},
		{"(*mime/quotedprintable.Writer).Close", wait(0, Write)},
	}
}
