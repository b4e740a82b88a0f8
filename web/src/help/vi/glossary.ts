/** Words of the field and of this console, each explained as one would to a new colleague. */
export const glossary = {
  speaker: {
    word: 'Cụm loa',
    meaning:
      'Một cột loa với thiết bị điều khiển của nó. Thiết bị tải sẵn lịch và âm thanh về rồi tự phát đúng giờ, kể cả khi mất mạng.',
  },
  area: {
    word: 'Địa bàn',
    meaning: 'Tỉnh, xã hoặc thôn. Quyền, quy định và lịch phát đặt ở một địa bàn thì có hiệu lực cho mọi nơi bên dưới.',
  },
  bulletin: {
    word: 'Bản tin',
    meaning:
      'Một nội dung để phát: âm thanh kèm tên, lĩnh vực và thứ tiếng. Bản tin phải được duyệt rồi mới được phát.',
  },
  programme: {
    word: 'Chương trình',
    meaning: 'Nhiều bản tin phát lần lượt theo thứ tự đã xếp, ví dụ “Bản tin sáng”.',
  },
  schedule: {
    word: 'Lịch phát',
    meaning: 'Cho biết phát gì, khi nào, lặp lại ra sao và cụm loa nào phát. Một lịch phát có thể có nhiều buổi.',
  },
  session: {
    word: 'Buổi phát',
    meaning: 'Một lần phát cụ thể của lịch phát, ví dụ buổi 5h30 ngày 25/11/2026.',
  },
  hours: {
    word: 'Giờ được phép phát (khung giờ)',
    meaning:
      'Những giờ trong tuần mà địa bàn cho phép phát. Ngoài các giờ này cụm loa im lặng, trừ thông báo khẩn cấp. Chính cụm loa cũng giữ quy định này.',
  },
  limits: {
    word: 'Giới hạn',
    meaning:
      'Số buổi mỗi ngày, số phút mỗi buổi và mỗi ngày mà địa bàn cho phép. Cấp dưới chỉ được đặt chặt hơn cấp trên.',
  },
  priority: {
    word: 'Mức ưu tiên',
    meaning:
      'Khi hai nội dung trùng giờ, mức cao hơn phát trước: khẩn cấp, rồi phát trực tiếp, ưu tiên, thông thường, sau cùng là xen kẽ.',
  },
  filler: {
    word: 'Xen kẽ',
    meaning: 'Nội dung lấp chỗ trống, ví dụ nhạc. Nó nhường mọi buổi phát khác.',
  },
  emergency: {
    word: 'Phát khẩn cấp',
    meaning:
      'Thông báo thiên tai, cháy, dịch bệnh… phát ngay lập tức, cắt ngang mọi nội dung, không bị ràng buộc bởi giờ được phép phát.',
  },
  clash: {
    word: 'Trùng giờ',
    meaning:
      'Hai buổi cùng cần một cụm loa vào cùng lúc. Khi bạn xếp lịch, hệ thống báo ngay buổi nào sẽ phát sau, tạm ngắt hay không phát.',
  },
  freeTime: {
    word: 'Giờ trống kế tiếp',
    meaning: 'Thời điểm gần nhất mà buổi phát vừa khít: không trùng giờ, trong giờ được phép và chưa vượt giới hạn.',
  },
  holiday: {
    word: 'Ngày nghỉ',
    meaning:
      'Lễ, Tết hoặc ngày nghỉ riêng của địa bàn. Lịch phát có chọn “không phát vào ngày nghỉ, lễ” sẽ nghỉ những ngày này.',
  },
  suspension: {
    word: 'Tạm ngừng phát',
    meaning: 'Cho cả một địa bàn im lặng trong vài ngày, ví dụ quốc tang hay kỳ thi. Thông báo khẩn cấp vẫn phát.',
  },
  leadIn: {
    word: 'Nhạc hiệu',
    meaning: 'Tiếng chuông hoặc đoạn nhạc ngắn phát trước mỗi buổi để người dân chú ý.',
  },
  merger: {
    word: 'Sáp nhập, chuyển địa bàn',
    meaning: 'Từ ngày đã định, xã hay thôn cùng cụm loa thuộc về nơi mới. Lịch sử trước đó vẫn tính cho nơi cũ.',
  },
  author: { word: 'Người soạn', meaning: 'Người viết, sửa, trình hoặc thêm âm thanh cho bản tin.' },
  approver: {
    word: 'Người duyệt',
    meaning: 'Lãnh đạo cho phép bản tin được phát. Không ai tự duyệt bản tin mà mình có tham gia soạn.',
  },
  draft: { word: 'Bản nháp', meaning: 'Bản tin đang soạn, chưa trình duyệt nên chưa được phát.' },
  submit: {
    word: 'Trình duyệt',
    meaning: 'Gửi bản tin cho người duyệt. Người duyệt nghe, đọc rồi duyệt hoặc trả lại kèm lời nhắn.',
  },
  returned: { word: 'Trả lại', meaning: 'Người duyệt chưa đồng ý và nói cần sửa gì. Sửa xong thì trình lại.' },
  standing: {
    word: 'Duyệt sẵn',
    meaning:
      'Lãnh đạo duyệt trước một chương trình quen thuộc trong một thời hạn; bản tin của nó được duyệt ngay khi trình.',
  },
  delegation: {
    word: 'Ủy quyền',
    meaning: 'Giao cho người khác duyệt thay khi vắng mặt, có thời hạn. Mỗi quyết định ghi tên cả hai người.',
  },
  topic: { word: 'Lĩnh vực', meaning: 'Nội dung thuộc mảng nào, ví dụ chính sách, sức khỏe. Dùng để tìm và thống kê.' },
  campaign: {
    word: 'Chiến dịch',
    meaning: 'Đợt tuyên truyền mà bản tin thuộc về, ví dụ “Tiêm chủng mở rộng”. Dùng để tìm và thống kê.',
  },
  variants: {
    word: 'Các thứ tiếng',
    meaning:
      'Cùng một bản tin bằng nhiều tiếng, ví dụ tiếng Việt và tiếng H’Mông. Mỗi cụm loa phát thứ tiếng đầu tiên trong danh sách của nó mà bản tin có.',
  },
  readAloud: {
    word: 'Đọc văn bản thành tiếng',
    meaning: 'Bạn viết nội dung, máy đọc lên bằng giọng đã chọn. Hãy nghe lại trước khi trình duyệt.',
  },
  trim: { word: 'Cắt đầu, cuối', meaning: 'Bỏ phần thừa ở đầu và cuối âm thanh. Bản gốc vẫn được giữ.' },
  group: { word: 'Nhóm cụm loa', meaning: 'Một số cụm loa được gom lại để phát cùng nhau, ví dụ “Loa chợ”.' },
  pairing: {
    word: 'Mã ghép nối',
    meaning:
      'Mã dùng một lần để thiết bị tại cột loa nhận ra mình là cụm loa nào. Thiết bị mới hay thẻ nhớ mới đều cần mã.',
  },
  online: {
    word: 'Trực tuyến, mất kết nối',
    meaning:
      'Trực tuyến: máy chủ đang liên lạc được với cụm loa. Mất kết nối: tạm thời không liên lạc được; cụm loa vẫn phát theo lịch đã tải về.',
  },
  ready: {
    word: 'Đã tải xong',
    meaning: 'Cụm loa đã có đủ lịch và âm thanh của buổi phát, nên phát được cả khi mất mạng.',
  },
  alarm: {
    word: 'Cảnh báo',
    meaning: 'Điều cần người xem đến ở một cụm loa, ví dụ bo âm thanh hỏng, bộ nhớ đầy hoặc có tiếng phát ngoài lịch.',
  },
  identify: {
    word: 'Tiếng bíp nhận biết',
    meaning: 'Cụm loa kêu một tiếng ngắn để người đứng dưới cột biết đúng là cụm loa này.',
  },
  volume: {
    word: 'Âm lượng',
    meaning:
      'Mức to của cụm loa, tính bằng phần trăm. “Âm lượng tối đa” là mức mà loa chịu được; “âm lượng khẩn cấp” là mức tối thiểu khi có tin khẩn cấp.',
  },
  muted: { word: 'Tắt tiếng', meaning: 'Cụm loa chỉ phát tin khẩn cấp cho đến khi được bật tiếng lại.' },
  clock: {
    word: 'Đồng hồ của cụm loa',
    meaning:
      'Cụm loa phát theo đồng hồ của chính nó. Khi chưa chắc giờ đúng, nó chỉ phát tin khẩn cấp cho đến khi chỉnh lại được giờ.',
  },
  revoke: {
    word: 'Thu hồi thiết bị',
    meaning: 'Ngắt hẳn một thiết bị khỏi hệ thống, ví dụ khi bị mất cắp. Muốn dùng lại phải ghép nối lại.',
  },
  playLog: {
    word: 'Nhật ký phát',
    meaning:
      'Cụm loa tự ghi mọi lần phát: giờ bắt đầu, giờ kết thúc, phát bao lâu, vì sao dừng. Mất mạng thì gửi về sau.',
  },
  airtime: {
    word: 'Thời lượng phát sóng',
    meaning: 'Tổng thời gian phải phát và đã phát của các cụm loa trong một khoảng thời gian.',
  },
  played: { word: 'Đã phát', meaning: 'Cụm loa báo về là đã phát nội dung này, kèm thời lượng thật.' },
  partial: {
    word: 'Phát dở, phát một phần',
    meaning: 'Nội dung bắt đầu phát nhưng dừng giữa chừng, ví dụ do mất điện.',
  },
  missed: { word: 'Bị lỡ, không phát', meaning: 'Lẽ ra phải phát nhưng không phát. Lý do luôn được ghi kèm.' },
  unknown: {
    word: 'Chưa báo về',
    meaning: 'Cụm loa chưa gửi nhật ký của thời gian này, thường vì mất mạng. Khi có mạng lại, kết quả tự hiện ra.',
  },
  unplanned: {
    word: 'Ngoài kế hoạch',
    meaning: 'Cụm loa có phát mà không lịch nào giải thích được. Hãy kiểm tra tại cột loa.',
  },
  role: {
    word: 'Vai trò',
    meaning: 'Cho biết một người được làm gì tại địa bàn nào. Một người có thể có nhiều vai trò.',
  },
  oneTimeLink: {
    word: 'Liên kết đăng nhập một lần',
    meaning: 'Địa chỉ gửi cho người mới hoặc người quên mật khẩu. Mở được một lần, trong thời hạn ghi kèm.',
  },
  twoStep: {
    word: 'Xác thực hai lớp',
    meaning: 'Khi đăng nhập, ngoài mật khẩu còn nhập mã 6 số trên điện thoại. Ai chỉ biết mật khẩu thì chưa vào được.',
  },
  recoveryCode: {
    word: 'Mã khôi phục',
    meaning: 'Mã in sẵn, dùng một lần, thay cho mã trên điện thoại khi không có điện thoại.',
  },
  signedIn: {
    word: 'Phiên đăng nhập',
    meaning:
      'Một máy hoặc điện thoại đang vào hệ thống bằng một tài khoản. Kết thúc phiên thì máy đó phải đăng nhập lại.',
  },
  trail: {
    word: 'Nhật ký hệ thống',
    meaning: 'Ghi lại ai đã làm gì, lúc nào, từ đâu. Không ai sửa hay xóa được.',
  },
  chain: {
    word: 'Chuỗi nguyên vẹn',
    meaning: 'Mỗi mục nhật ký gắn liền với mục trước nó, nên sửa hay xóa một mục là bị phát hiện ngay khi kiểm tra.',
  },
  undo: {
    word: 'Hoàn tác',
    meaning: 'Nút hiện ra sau khi bạn làm một việc, bấm vào là mọi thứ trở lại như trước.',
  },
} as const satisfies Record<string, { word: string; meaning: string }>
