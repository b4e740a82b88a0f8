import type { HelpPage } from '../pages.ts'
import type { PageHelp } from '../types.ts'

/** Pages of those who keep it running: speakers, areas, people, and one's own account. */
export const running = {
  speakers: {
    title: 'Cụm loa',
    what: 'Mọi cụm loa của địa bàn: cụm nào đang hoạt động, cụm nào cần xem.',
    todo: [
      'Lọc theo tình trạng hoặc địa bàn, tìm theo tên; gõ không dấu cũng được.',
      'Chọn nhiều cụm loa để đặt âm lượng, tắt tiếng, dừng phát hay thêm vào nhóm cùng lúc.',
      'Bấm “Thêm cụm loa” để lấy mã ghép nối cho thiết bị mới.',
      'Xem trên bản đồ, hoặc mở một cụm loa để xem kỹ.',
    ],
    words: ['speaker', 'online', 'alarm', 'pairing', 'muted', 'volume', 'group'],
    questions: [
      [
        'Cụm loa mất kết nối, phải làm gì trước?',
        'Xem “Liên lạc cuối”. Nếu cả thôn cùng mất thì thường do mất điện hay mất sóng; nếu chỉ một cụm, hãy kiểm tra điện và mạng tại cột.',
      ],
      [
        'Thay thẻ nhớ hoặc thiết bị thì có mất lịch sử không?',
        'Không. Mở cụm loa, bấm “Thay thiết bị mới”; tên, lịch và lịch sử giữ nguyên.',
      ],
    ],
  },
  speaker: {
    title: 'Một cụm loa',
    what: 'Tình trạng của một cụm loa: sẽ phát gì, đã phát gì, vì sao không phát, và điều khiển nó.',
    todo: [
      '“Hiện tại”: kết nối, âm lượng, đồng hồ, nhiệt độ; đặt âm lượng, tắt tiếng, phát tiếng bíp.',
      '“Sẽ phát”: 24 giờ tới. “Đã phát”: kết quả và lý do của từng nội dung.',
      '“Sức khỏe”: nhiệt độ, sóng, bộ nhớ qua các ngày.',
      'Thay thiết bị, thu hồi thiết bị khi mất cắp.',
    ],
    words: ['online', 'volume', 'muted', 'identify', 'clock', 'alarm', 'pairing', 'revoke'],
    questions: [
      [
        'Gửi lệnh mà cụm loa không trả lời?',
        'Cụm loa đang mất kết nối. Lệnh hết hạn sau một phút để không làm loa kêu bất ngờ về sau; hãy gửi lại khi có kết nối.',
      ],
      [
        'Vì sao nội dung này không phát?',
        'Mở thẻ “Đã phát”: mỗi nội dung có kết quả và lý do, ví dụ mất điện, ngoài giờ được phép.',
      ],
    ],
  },
  map: {
    title: 'Bản đồ cụm loa',
    what: 'Cụm loa nằm ở đâu và cụm nào cần xem.',
    todo: [
      'Bấm vào một điểm để xem cụm loa đó.',
      'Đặt vị trí cho cụm loa chưa có: gõ tọa độ, dùng vị trí của điện thoại, hoặc bấm lên bản đồ.',
    ],
    words: ['speaker', 'online', 'alarm'],
    questions: [
      [
        'Vì sao bản đồ không có đường sá?',
        'Bản đồ không lấy hình từ mạng ngoài, để chạy được ở nơi mạng yếu và không lộ vị trí cụm loa.',
      ],
    ],
  },
  groups: {
    title: 'Nhóm cụm loa',
    what: 'Gom các cụm loa để phát hoặc điều khiển cùng nhau.',
    todo: [
      'Bấm “Tạo nhóm”, đặt tên và chọn cụm loa.',
      'Khi thêm lịch phát, chọn nhóm ở mục “Ai nghe?”.',
      'Xóa nhóm khi không dùng; bấm “Hoàn tác” nếu xóa nhầm.',
    ],
    words: ['group', 'speaker', 'schedule'],
    questions: [
      ['Cụm loa chuyển sang địa bàn khác có rời nhóm không?', 'Không. Cụm loa ở lại trong nhóm cho đến khi bạn bỏ ra.'],
    ],
  },
  pole: {
    title: 'Tại cột loa',
    what: 'Dành cho kỹ thuật viên đứng dưới cột với điện thoại: kiểm tra từng việc một.',
    todo: [
      'Bấm “Kêu bíp để nhận biết” để chắc đúng cột.',
      'Chỉnh to, nhỏ cho vừa tai.',
      'Lưu vị trí của cột bằng điện thoại.',
    ],
    words: ['identify', 'volume', 'online', 'clock'],
    questions: [
      [
        'Loa không kêu bíp?',
        'Xem dòng “Có điện và có kết nối”. Nếu đã kết nối mà không có tiếng, hãy kiểm tra dây loa và ampli.',
      ],
    ],
  },
  areas: {
    title: 'Địa bàn',
    what: 'Cây địa bàn từ tỉnh, xã đến thôn, và quy định phát của từng nơi.',
    todo: [
      'Chọn một địa bàn để xem và đặt giờ được phép phát, giới hạn, ngày nghỉ.',
      'Lập việc sáp nhập hoặc chuyển địa bàn trước ngày có hiệu lực.',
    ],
    words: ['area', 'hours', 'limits', 'holiday', 'suspension', 'merger'],
    questions: [['Thêm thôn mới ở đâu?', 'Ở trang này: bấm “Thêm địa bàn”, hoặc mở xã rồi bấm “Thêm bên dưới”.']],
  },
  area: {
    title: 'Quy định của một địa bàn',
    what: 'Giờ được phép phát, giới hạn, thứ tiếng, âm lượng, nhạc hiệu và ngày nghỉ của địa bàn này.',
    todo: [
      'Chọn nhanh khung giờ sáng, trưa, chiều, hoặc gõ giờ riêng.',
      'Đặt số buổi, số phút tối đa; thứ tự các thứ tiếng; nhạc hiệu.',
      'Thêm ngày nghỉ của địa phương.',
      '“Tạm ngừng phát” vài ngày, ví dụ quốc tang; “Cho phát lại” khi xong.',
    ],
    words: ['hours', 'limits', 'variants', 'leadIn', 'holiday', 'suspension', 'volume'],
    questions: [
      [
        'Vì sao tôi không đặt rộng hơn được?',
        'Cấp trên đã quy định. Địa bàn chỉ được thu hẹp so với cấp trên; dòng bên cạnh ghi rõ nơi quy định.',
      ],
      [
        'Đổi giờ xong, các buổi đã xếp thì sao?',
        'Buổi nào không còn hợp được liệt kê ngay sau khi lưu, kèm điều sẽ xảy ra.',
      ],
    ],
  },
  moves: {
    title: 'Sáp nhập, chuyển địa bàn',
    what: 'Lập trước việc sáp nhập xã hay chuyển thôn, cụm loa; hệ thống tự thực hiện đúng ngày.',
    todo: [
      'Bấm “Lập việc chuyển”: chọn nơi đi, nơi đến, ngày.',
      'Bấm “Xem điều gì thay đổi” trước khi lưu.',
      'Hủy việc chuyển khi chưa đến ngày.',
    ],
    words: ['merger', 'area', 'speaker'],
    questions: [
      [
        'Số liệu cũ tính cho xã nào?',
        'Trước ngày chuyển vẫn tính cho xã cũ; từ ngày chuyển tính cho xã mới. Không gì bị viết lại.',
      ],
    ],
  },
  people: {
    title: 'Người dùng',
    what: 'Ai được vào hệ thống, làm gì, ở địa bàn nào.',
    todo: [
      'Bấm “Mời người dùng”: điền họ tên, chọn vai trò và địa bàn, rồi gửi liên kết hoặc cho quét mã.',
      'Tìm theo tên (gõ không dấu cũng được), lọc theo địa bàn, vai trò, tình trạng.',
      'Mở một người để đổi vai trò, cấp lại liên kết, kết thúc phiên hoặc khóa tài khoản.',
    ],
    words: ['role', 'area', 'oneTimeLink', 'twoStep'],
    questions: [
      [
        'Nên cho mỗi xã bao nhiêu người?',
        'Ít nhất hai: một người soạn và một người duyệt, vì không ai tự duyệt bản tin của mình.',
      ],
      [
        'Có người nghỉ việc thì làm gì?',
        'Mở người đó và bấm “Khóa tài khoản”. Những gì người đó đã làm vẫn còn nguyên.',
      ],
    ],
  },
  person: {
    title: 'Một người dùng',
    what: 'Vai trò, cách đăng nhập và các phiên đang mở của một người.',
    todo: [
      'Thêm, bỏ vai trò; xem mỗi vai trò được làm gì.',
      'Tạo liên kết đăng nhập khi người đó mới đến hoặc quên mật khẩu; hủy liên kết nếu gửi nhầm.',
      'Xem các phiên đang mở và kết thúc phiên lạ.',
      'Gỡ xác thực hai lớp khi người đó mất điện thoại.',
      'Khóa hoặc mở lại tài khoản.',
    ],
    words: ['role', 'oneTimeLink', 'signedIn', 'twoStep', 'recoveryCode', 'trail'],
    questions: [
      [
        'Vì sao tôi vừa gỡ xác thực hai lớp mà không tạo liên kết được?',
        'Để không ai một mình chiếm được tài khoản của người khác, hai việc này phải do hai người làm trong vòng 7 ngày.',
      ],
      ['Vì sao tôi không sửa được vai trò của chính mình?', 'Vai trò của bạn phải do người quản trị khác sửa.'],
      ['Khóa nhầm thì sao?', 'Bấm “Hoàn tác” ngay, hoặc “Mở lại tài khoản”. Mật khẩu và vai trò vẫn như trước.'],
    ],
  },
  audit: {
    title: 'Nhật ký hệ thống',
    what: 'Ghi lại ai đã làm gì, lúc nào, từ đâu. Không ai sửa hay xóa được.',
    todo: [
      'Lọc theo ngày, người, việc, địa bàn, kết quả.',
      'Bấm vào một mục để xem trước và sau khi thay đổi, và mở đúng thứ đã thay đổi.',
      'Tải Excel hoặc CSV để nộp cho đoàn kiểm tra.',
      'Bấm “Kiểm tra ngay” để chắc nhật ký còn nguyên vẹn.',
    ],
    words: ['trail', 'chain', 'signedIn'],
    questions: [
      [
        '“Bị từ chối” nghĩa là gì?',
        'Có người thử làm việc đó nhưng hệ thống không cho, ví dụ sai mật khẩu hoặc không có quyền. Lý do ghi trong mục.',
      ],
      [
        'Nhật ký giữ bao lâu?',
        'Theo thời hạn mà đơn vị vận hành đã đặt. Mục quá hạn được xóa theo quy định, và việc xóa cũng được ghi lại.',
      ],
    ],
  },
  account: {
    title: 'Tài khoản của tôi',
    what: 'Mật khẩu, xác thực hai lớp và các máy đang đăng nhập bằng tài khoản của bạn.',
    todo: [
      'Đổi mật khẩu.',
      'Bật xác thực hai lớp, tạo lại mã khôi phục.',
      'Kết thúc phiên trên máy lạ, hoặc đăng xuất mọi nơi.',
    ],
    words: ['twoStep', 'recoveryCode', 'signedIn', 'role'],
    questions: [
      [
        'Đổi điện thoại thì làm gì?',
        'Bấm “Gỡ khỏi điện thoại này”, rồi bật lại với điện thoại mới. Mất điện thoại thì dùng một mã khôi phục.',
      ],
      ['Thấy máy lạ trong danh sách?', 'Kết thúc phiên đó, đổi mật khẩu ngay và báo người quản trị.'],
    ],
  },
  password: {
    title: 'Mật khẩu',
    what: 'Đặt hoặc đổi mật khẩu của bạn.',
    todo: [
      'Nghĩ một câu ngắn, dễ nhớ, ít nhất 12 ký tự; không dùng tên mình hay tên xã.',
      'Nhập hai lần giống nhau rồi lưu.',
    ],
    words: ['oneTimeLink', 'twoStep', 'signedIn'],
    questions: [['Quên mật khẩu thì sao?', 'Xin người quản trị một liên kết đăng nhập mới.']],
  },
  settings: {
    title: 'Cài đặt',
    what: 'Cách hiển thị trên máy này: ngôn ngữ, cỡ chữ, trang mở đầu, phím tắt.',
    todo: [
      'Chọn tiếng Việt hoặc tiếng Anh.',
      'Chọn cỡ chữ to hơn nếu khó đọc.',
      'Chọn trang hiện ra đầu tiên sau khi đăng nhập.',
      'Bật hoặc tắt phím tắt.',
    ],
    words: ['signedIn'],
    questions: [['Cài đặt này có theo tôi sang máy khác không?', 'Không. Mỗi máy, mỗi điện thoại giữ cài đặt riêng.']],
  },
  help: {
    title: 'Trợ giúp',
    what: 'Hướng dẫn của mọi trang, giải thích từ ngữ và danh sách phím tắt.',
    todo: [
      'Tìm theo từ bạn đang thắc mắc.',
      'Ở bất cứ trang nào, bấm nút dấu hỏi cạnh tên trang để xem trợ giúp của đúng trang đó.',
    ],
    words: ['undo', 'session', 'speaker'],
    questions: [['Không tìm thấy câu trả lời?', 'Hãy hỏi người quản trị của địa bàn bạn.']],
  },
} as const satisfies Partial<Record<HelpPage, PageHelp>>
