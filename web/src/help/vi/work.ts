import type { HelpPage } from '../pages.ts'
import type { PageHelp } from '../types.ts'

/** Pages of the daily work: what is broadcast. */
export const work = {
  today: {
    title: 'Hôm nay',
    what: 'Cho biết lúc này đang phát gì, sắp phát gì, và hôm nay có gì cần để ý.',
    todo: [
      'Xem nội dung đang phát, ở bao nhiêu cụm loa, còn bao lâu; cần thì bấm “Dừng phát”.',
      'Xem các buổi trong 24 giờ tới và kết quả các buổi đã phát hôm nay.',
      'Bấm vào một con số hay một dòng để mở đúng chỗ đó, ví dụ các cụm loa mất kết nối.',
    ],
    words: ['session', 'speaker', 'online', 'partial', 'missed', 'unknown'],
    questions: [
      ['Số liệu có tự cập nhật không?', 'Có. Mọi thay đổi hiện ra trong khoảng một giây, không cần tải lại trang.'],
      [
        'Có cụm loa “chưa báo về” nghĩa là sao?',
        'Cụm loa đó chưa gửi nhật ký, thường vì mất mạng. Nó vẫn phát theo lịch đã tải; khi có mạng lại, kết quả tự hiện ra.',
      ],
      [
        'Muốn dừng ngay một buổi đang phát thì làm thế nào?',
        'Bấm “Dừng phát” ở buổi đó rồi bấm lần nữa để xác nhận. Các cụm loa dừng trong vài giây.',
      ],
    ],
  },
  schedule: {
    title: 'Lịch phát',
    what: 'Xếp nội dung nào phát lúc nào, ở đâu; xem cả tuần và kết quả từng buổi.',
    todo: [
      'Bấm “Thêm lịch phát”: chọn phát gì, khi nào, ai nghe. Hệ thống báo ngay nếu trùng giờ hay ngoài giờ được phép, và gợi ý giờ trống.',
      'Kéo một buổi để dời giờ, hoặc bấm vào buổi để sửa, dời, hủy: chỉ buổi này, từ buổi này trở đi, hay tất cả.',
      'Bấm “24 giờ tới” để xem trước những gì sẽ phát, to bao nhiêu, vì sao.',
      'Sau buổi phát, bấm vào buổi để xem từng cụm loa đã phát hay chưa và lý do.',
    ],
    words: ['schedule', 'session', 'clash', 'freeTime', 'hours', 'limits', 'priority', 'ready'],
    questions: [
      ['Lỡ hủy nhầm thì sao?', 'Bấm “Hoàn tác” trong dòng thông báo vừa hiện, hoặc mở buổi đó và bấm “Khôi phục”.'],
      [
        'Vì sao buổi phát của tôi bị từ chối?',
        'Giờ đó nằm ngoài giờ được phép, hoặc vượt giới hạn của địa bàn. Dòng chữ cạnh giờ phát nói rõ quy định nào; bấm “Dùng giờ này” để lấy giờ trống kế tiếp.',
      ],
      [
        'Cụm loa mất kết nối có phát không?',
        'Có, nếu trước đó đã tải xong. Số “đã tải” trên mỗi buổi cho biết bao nhiêu cụm loa đã sẵn sàng.',
      ],
      [
        'Làm sao để không phát vào ngày lễ?',
        'Khi thêm hoặc sửa lịch phát, chọn “Không phát vào ngày nghỉ, lễ”. Ngày nghỉ được đặt ở trang Địa bàn.',
      ],
    ],
  },
  library: {
    title: 'Thư viện',
    what: 'Nơi giữ mọi bản tin và chương trình của địa bàn.',
    todo: [
      'Tìm bản tin theo tên, chiến dịch, người soạn; gõ không dấu cũng được.',
      'Lọc theo trạng thái, lĩnh vực, chiến dịch.',
      'Bấm “Thêm bản tin” để tải tệp lên, ghi âm, hoặc viết để máy đọc.',
      'Mở thẻ “Chương trình” để gom nhiều bản tin phát lần lượt.',
    ],
    words: ['bulletin', 'draft', 'submit', 'returned', 'topic', 'campaign'],
    questions: [
      [
        'Đang tải tệp thì mất mạng, có phải làm lại không?',
        'Không. Khi có mạng, hệ thống tự gửi tiếp. Nếu lỡ tải lại trang, chọn lại đúng tệp đó là gửi tiếp từ chỗ dừng.',
      ],
      [
        'Xóa bản tin ở đâu?',
        'Bản tin đã soạn được giữ lại để đối chiếu. Không muốn dùng nữa thì chỉ cần không xếp vào lịch phát.',
      ],
    ],
  },
  bulletin: {
    title: 'Bản tin',
    what: 'Một bản tin: nghe, đọc nội dung, xem ai soạn, ai duyệt và các lần sửa.',
    todo: [
      'Nghe từng thứ tiếng của bản tin.',
      'Sửa, rồi “Trình duyệt” để lãnh đạo cho phép phát.',
      'Người duyệt bấm “Duyệt”, hoặc “Trả lại” kèm lời nhắn.',
      'Khi đã duyệt, bấm “Thêm lịch phát”.',
    ],
    words: ['bulletin', 'author', 'approver', 'submit', 'returned', 'variants'],
    questions: [
      ['Sửa bản tin đã duyệt thì sao?', 'Bản sửa phải được duyệt lại rồi mới được phát.'],
      [
        'Vì sao tôi không duyệt được bản tin này?',
        'Vì bạn đã tham gia soạn. Người soạn và người duyệt phải là hai người khác nhau.',
      ],
    ],
  },
  compose: {
    title: 'Soạn bản tin',
    what: 'Thêm âm thanh và thông tin để làm thành một bản tin.',
    todo: [
      'Chọn cách lấy âm thanh: tải tệp lên, ghi âm bằng micro, viết để máy đọc, hoặc dùng âm thanh đã có.',
      'Nghe lại, cắt bỏ phần thừa ở đầu và cuối nếu cần.',
      'Điền tên, lĩnh vực, chiến dịch; thêm bản bằng các thứ tiếng khác.',
      'Bấm “Lưu nháp” để làm tiếp sau, hoặc “Lưu và trình duyệt”.',
    ],
    words: ['bulletin', 'readAloud', 'trim', 'variants', 'topic', 'campaign', 'draft', 'submit'],
    questions: [
      [
        'Đang soạn mà đóng trang thì có mất không?',
        'Không. Những gì đã điền được giữ lại trên máy này; mở lại là thấy.',
      ],
      [
        'Máy đọc sai một từ thì làm sao?',
        'Viết từ đó như cách đọc (ví dụ “ủy ban nhân dân” thay cho “UBND”), rồi bấm “Đọc lại nội dung mới”.',
      ],
      ['Tệp của tôi nhỏ tiếng, có cần chỉnh không?', 'Không. Âm lượng được tự chỉnh cho phù hợp với loa ngoài trời.'],
    ],
  },
  programmes: {
    title: 'Chương trình',
    what: 'Gom nhiều bản tin để phát lần lượt trong một buổi.',
    todo: [
      'Bấm “Thêm chương trình”, chọn bản tin ở danh sách bên cạnh.',
      'Kéo hoặc dùng nút lên, xuống để đổi thứ tự; bấm “Lưu chương trình”.',
      'Bấm “Thêm lịch phát” để xếp giờ cho chương trình.',
    ],
    words: ['programme', 'bulletin', 'standing'],
    questions: [
      ['Bản tin chưa duyệt trong chương trình có phát không?', 'Không. Phần đó được bỏ qua cho đến khi được duyệt.'],
      ['Sửa chương trình có đổi lịch phát không?', 'Có: các buổi chưa phát sẽ theo nội dung mới.'],
    ],
  },
  approvals: {
    title: 'Chờ duyệt',
    what: 'Các bản tin đang chờ lãnh đạo cho phép phát.',
    todo: [
      'Nghe hoặc đọc bản tin, xem nó sẽ phát ở đâu, lúc nào.',
      'Bấm “Duyệt”, hoặc “Trả lại” và viết cần sửa gì.',
      'Khi đi vắng, “Ủy quyền” cho người khác duyệt thay trong một thời hạn.',
      '“Duyệt sẵn” một chương trình quen thuộc, ví dụ tiếp âm hằng ngày.',
    ],
    words: ['approver', 'author', 'returned', 'standing', 'delegation'],
    questions: [
      ['Bấm “Duyệt” xong thì sao?', 'Bản tin được phép phát ngay. Các buổi đã xếp lịch cho nó sẽ phát đúng giờ.'],
      [
        'Vì sao bản tin đang chờ mà tôi không thấy nút duyệt?',
        'Vì bạn có tham gia soạn bản tin đó, hoặc bản tin thuộc địa bàn mà bạn không có quyền duyệt.',
      ],
    ],
  },
  airtime: {
    title: 'Thời lượng phát sóng',
    what: 'So sánh thời lượng phải phát và đã phát, để báo cáo và kiểm tra.',
    todo: [
      'Chọn khoảng thời gian, rồi xem theo địa bàn, lĩnh vực, chiến dịch, tiếng nói, ngày, tuần hay tháng.',
      'Bấm vào một dòng để xem kỹ hơn, đến từng lượt phát và bằng chứng của nó.',
      'Tải Excel, CSV hoặc in báo cáo A4.',
    ],
    words: ['airtime', 'played', 'missed', 'unknown', 'unplanned', 'topic', 'campaign', 'playLog'],
    questions: [
      [
        'Vì sao số liệu hôm qua hôm nay lại khác?',
        'Cụm loa mất mạng gửi nhật ký muộn. Khi nhật ký về, phần “chưa báo về” chuyển thành “đã phát” hoặc “bị lỡ”.',
      ],
      [
        'Số liệu này có đáng tin không?',
        'Có. Mỗi lượt phát có nhật ký do chính cụm loa ghi và máy chủ kiểm tra; bấm vào lượt phát để xem.',
      ],
    ],
  },
} as const satisfies Partial<Record<HelpPage, PageHelp>>
